"""A cohort: homes that take one programme version together, led by a facilitator."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.days import believable, local_day
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.programme_version import ProgrammeVersion, version_id
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.enrolment import (
    CohortClosed,
    CohortOpened,
    CohortPlanned,
    FacilitatorAssigned,
    PlaceFreed,
    PlaceTaken,
)
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

    @property
    def places_left(self) -> int:
        """How many homes may still join."""
        return self.capacity - len(self.placed)


class CohortFacts(Facts):
    """What is looked up: the version, the facilitator and the enrolment that the command speaks of."""

    version: ProgrammeVersion | None = None
    facilitator: Facilitator | None = None
    enrolment: Enrolment | None = None


class PlanCohort(Command):
    """Plan a cohort of one programme version."""

    asked_by: ClassVar[Access] = COORDINATORS
    creates: ClassVar[bool] = True

    cohort_id: Key
    name: Name
    version_id: Key
    area: Name
    capacity: Annotated[int, Field(ge=1, le=500, strict=True)]
    starts_on: date


class AssignFacilitator(Command):
    """Give the lead of the cohort to a facilitator; who led before is relieved."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key
    person_id: Key


class OpenCohort(Command):
    """Let homes take places."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key


class TakePlace(Command):
    """Take a place; asked by an enrolment before the home is placed."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    cohort_id: Key
    enrolment_id: Key


class FreePlace(Command):
    """Give a place back that its enrolment does not need any more, or never came to use."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key
    enrolment_id: Key


class CloseCohort(Command):
    """Bring the cohort to its end: no home joins, no workshop is added."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key


class CohortUnknown(Refusal):
    """There is no such cohort here."""

    kind: ClassVar[Kind] = "missing"


class VersionUnknown(Refusal):
    """There is no such programme version in this region. Publish it first."""

    kind: ClassVar[Kind] = "invalid"


class NotCompetent(Refusal):
    """This person has no competence on record for the programme today. Record it before they lead."""


class NoLeadFacilitator(Refusal):
    """A cohort needs a lead facilitator before it opens. Assign one."""


class CohortNotOpen(Refusal):
    """The cohort takes no homes now. Open it first, or choose an open one."""


class CohortFull(Refusal):
    """Every place of the cohort is taken. Choose another cohort."""


class CohortOver(Refusal):
    """The cohort has come to its end. Plan a new one."""


class PlaceInUse(Refusal):
    """The home still has this place. Withdraw its enrolment first."""


CohortCommand = PlanCohort | AssignFacilitator | OpenCohort | TakePlace | FreePlace | CloseCohort
CohortEvent = CohortPlanned | FacilitatorAssigned | CohortOpened | PlaceTaken | PlaceFreed | CohortClosed


def decide(cohort: Cohort, command: CohortCommand, facts: CohortFacts) -> Sequence[CohortEvent]:
    """Return what follows. Raises the refusals of this module, and AbsurdDate."""
    if cohort.status == "none" and not command.creates:
        raise CohortUnknown(field="cohort_id")
    match command:
        case PlanCohort():
            return _plan(cohort, command, facts)
        case AssignFacilitator():
            return _assign(cohort, command, facts)
        case OpenCohort():
            return _open(cohort)
        case TakePlace():
            return _take(cohort, command, facts)
        case FreePlace():
            return _free(cohort, command, facts)
        case CloseCohort():
            return [] if cohort.status == "closed" else [CohortClosed(cohort_id=cohort.cohort_id)]
        case _:
            assert_never(command)


def _plan(cohort: Cohort, command: PlanCohort, facts: CohortFacts) -> Sequence[CohortEvent]:
    if cohort.status != "none":
        return []
    version = facts.version
    if version is None or command.version_id != version_id(facts.region, version.programme, version.number):
        raise VersionUnknown(field="version_id")
    believable(command.starts_on, facts.now, "starts_on")
    planned = CohortPlanned(**command.model_dump(), pathway=version.pathway, workshops=version.workshops)
    return [planned]


def _assign(cohort: Cohort, command: AssignFacilitator, facts: CohortFacts) -> Sequence[CohortEvent]:
    _must_go_on(cohort)
    if cohort.lead_person_id == command.person_id:
        return []
    programme = facts.version.programme if facts.version else ""
    today = local_day(facts.now)
    if facts.facilitator is None or not facts.facilitator.competent(programme, today):
        raise NotCompetent(field="person_id", programme=programme)
    return [FacilitatorAssigned(**command.model_dump(), previous_person_id=cohort.lead_person_id)]


def _open(cohort: Cohort) -> Sequence[CohortEvent]:
    _must_go_on(cohort)
    if cohort.lead_person_id is None:
        raise NoLeadFacilitator
    if cohort.status == "open":
        return []
    opened = CohortOpened(
        cohort_id=cohort.cohort_id,
        version_id=cohort.version_id,
        capacity=cohort.capacity,
        lead_person_id=cohort.lead_person_id,
    )
    return [opened]


def _take(cohort: Cohort, command: TakePlace, facts: CohortFacts) -> Sequence[CohortEvent]:
    if command.enrolment_id in cohort.placed:
        return []
    if cohort.status != "open":
        raise CohortNotOpen(status=cohort.status)
    if cohort.places_left < 1:
        raise CohortFull(capacity=cohort.capacity)
    home_id = facts.enrolment.home_id if facts.enrolment else ""
    return [PlaceTaken(**command.model_dump(), home_id=home_id, places_left=cohort.places_left - 1)]


def _free(cohort: Cohort, command: FreePlace, facts: CohortFacts) -> Sequence[CohortEvent]:
    if command.enrolment_id not in cohort.placed:
        return []
    enrolment = facts.enrolment
    if enrolment and enrolment.status != "withdrawn" and enrolment.cohort_id == cohort.cohort_id:
        raise PlaceInUse(enrolment_id=command.enrolment_id)
    return [PlaceFreed(**command.model_dump(), places_left=cohort.places_left + 1)]


def _must_go_on(cohort: Cohort) -> None:
    if cohort.status == "closed":
        raise CohortOver


def evolve(cohort: Cohort, event: CohortEvent) -> Cohort:
    """Return the cohort after this event."""
    match event:
        case CohortPlanned():
            return replace(cohort, status="planned", **dict(event))
        case FacilitatorAssigned():
            return replace(cohort, lead_person_id=event.person_id)
        case CohortOpened():
            return replace(cohort, status="open")
        case PlaceTaken():
            return replace(cohort, placed=(*cohort.placed, event.enrolment_id))
        case PlaceFreed():
            left = tuple(placed for placed in cohort.placed if placed != event.enrolment_id)
            return replace(cohort, placed=left)
        case CohortClosed():
            return replace(cohort, status="closed")
        case _:
            assert_never(event)
