"""What the rules of a cohort need to know, and that nothing happens to one that is over."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State
from shared.events.values import PlannedWorkshop


class Cohort(State):
    """What the rules of a cohort need to know."""

    cohort_id: str = ""
    status: Literal["none", "planned", "open", "closed"] = "none"
    name: str = ""
    version_id: str = ""
    pathway: str = ""
    area: str = ""
    capacity: int = 0
    starts_on: date | None = None
    workshops: tuple[PlannedWorkshop, ...] = ()
    lead_person_id: str | None = None
    placed: tuple[str, ...] = ()
    homes: Mapping[str, str] = {}

    @property
    def places_left(self) -> int:
        """How many homes may still join."""
        return self.capacity - len(self.placed)


class CohortFacts(Facts):
    """What is looked up: the version, the facilitator and the enrolment that the command speaks of."""

    version: ProgrammeVersion | None = None
    facilitator: Facilitator | None = None
    enrolment: Enrolment | None = None


class CohortOver(Refusal):
    """The cohort has come to its end. Plan a new one."""


def must_go_on(cohort: Cohort) -> None:
    """Return when the cohort is not over. Raises CohortOver."""
    if cohort.status == "closed":
        raise CohortOver
