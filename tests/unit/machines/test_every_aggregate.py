"""Any sequence of commands, to any aggregate, by anybody: what every service promises of all its things.

Refusals are fine, whatever else is raised is a bug. After every command that was accepted: the state is what the events
fold to once they have been through their schema and the wire; the promise of the aggregate holds; the same request gets
the same answer and makes nothing; and under another key it is refused, or makes nothing, too. In the end every view and
every deadline, folded from all that was published and folded again with repeats, has the same rows.
"""

from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from typing_extensions import override

from deploy.services import NAMES, manifest
from services.enrolment.domain.risks import ReviewEnrolment
from services.enrolment.domain.walk_ins import RecordWalkIn
from services.enrolment.service import SERVICE as ENROLMENT
from services.network.service import SERVICE as NETWORK
from services.notifications.service import SERVICE as NOTIFICATIONS
from services.portfolio.service import SERVICE as PORTFOLIO
from shared.chassis.declarations.command import Command
from tests.unit.machines import roads
from tests.unit.machines.machine import Lives
from tests.unit.machines.promises import enrolment, network, notifications, portfolio
from tests.unit.machines.town import Row

TRIED: Final = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # what fails is told at once: to make it smaller takes minutes
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Enrolling(Lives):
    """Two walk-ins may give the same name; a review without a finding plans the next one, and changes no state."""

    service, promises, road = ENROLMENT, enrolment.PROMISES, roads.enrolling()
    first_words = roads.MORE_WORDS
    anew = frozenset({RecordWalkIn, ReviewEnrolment})


class Proving(Lives):
    """A home with its portfolio open, evidence that waits, and a gap."""

    service, promises, road = PORTFOLIO, portfolio.PROMISES, roads.proving()
    hears_first = ("ProgrammeVersionPublished", "HomeRegistered", "HomeEnrolled", "WorkshopAttended")
    first_words = roads.MORE_WORDS


class Meeting(Lives):
    """The champions' network."""

    service, promises, road = NETWORK, network.PROMISES, roads.meeting()


class Telling(Lives):
    """People of a home, and what they are told."""

    service, promises, road = NOTIFICATIONS, notifications.PROMISES, roads.telling()
    hears_first = ("ProgrammeVersionPublished", "HomeEnrolled", "RepresentativeConfirmed", "FacilitatorAssigned")

    @override
    def addressed(self, row: Row, command: Command, chance: Random) -> Command:
        """A notice belongs to one audience: that is why its deadline is fed by one stream."""
        found = super().addressed(row, command, chance)
        told = found.model_dump(include={"notice_id", "audience_id"})
        if None in (told.get("notice_id"), told.get("audience_id")):
            return found
        notice_id = f"{told['notice_id'].partition('.')[0]}.{told['audience_id']}"
        return found.model_copy(update={"notice_id": notice_id})


MACHINES: Final = {lives.service.name: lives for lives in (Enrolling, Proving, Meeting, Telling)}


@pytest.mark.parametrize("name", NAMES)
def test_every_aggregate_of_a_service_has_its_promise(name: str) -> None:
    assert MACHINES[name].promises.keys() == {row.name for row in manifest(name).aggregates}


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_every_aggregate_keeps_its_promise_and_nothing_is_done_twice(name: str) -> None:
    lives = MACHINES[name]
    lives.met.clear()
    run_state_machine_as_test(lives, settings=TRIED)
    untouched = [row.name for row in lives.service.aggregates if row.name not in lives.met]
    assert not untouched, "nothing ever happened to these"
