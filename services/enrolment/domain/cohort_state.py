"""What the rules of a cohort need to know, and that nothing happens to one that is over."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State
from shared.events.values import CompletionRules, PlannedWorkshop, Value


class Waiting(Value):
    """One enrolment in the line."""

    enrolment_id: str
    home_id: str
    applied_at: datetime


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
    rules: CompletionRules = CompletionRules()
    waiting: tuple[Waiting, ...] = ()
    offered: Mapping[str, datetime] = {}

    @property
    def places_left(self) -> int:
        """How many homes may still join; a place on offer counts as taken."""
        return self.capacity - len(self.placed) - len(self.offered)

    def waits(self, enrolment_id: str) -> bool:
        """Say whether this enrolment stands in the line, with an offer or without."""
        return any(waiting.enrolment_id == enrolment_id for waiting in self.waiting)


class CohortFacts(Facts):
    """What is looked up: the version, the facilitator and the enrolment that the command speaks of.

    After `joins_until` a free place is not offered any more.
    """

    version: ProgrammeVersion | None = None
    facilitator: Facilitator | None = None
    enrolment: Enrolment | None = None
    joins_until: datetime | None = None


class CohortOver(Refusal):
    """The cohort has come to its end. Plan a new one."""


def must_go_on(cohort: Cohort) -> None:
    """Return when the cohort is not over. Raises CohortOver."""
    if cohort.status == "closed":
        raise CohortOver
