"""A cohort: homes that take one programme version together, led by a facilitator.

Who leads it, and how it is handed over, stands in `leading`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.enrolment.domain import leading
from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.cohort_state import Cohort, CohortFacts, must_go_on
from services.enrolment.domain.days import believable
from services.enrolment.domain.enrolment_state import ENDED
from services.enrolment.domain.leading import AssignFacilitator, HandOverCohort, NoLeadFacilitator
from services.enrolment.domain.programme_version import version_id
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    CohortClosed,
    CohortOpened,
    CohortPlanned,
    FacilitatorAssigned,
    FacilitatorReplaced,
    HomeHandedOver,
    PlaceFreed,
    PlaceTaken,
)


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


class CohortNotOpen(Refusal):
    """The cohort takes no homes now. Open it first, or choose an open one."""


class CohortFull(Refusal):
    """Every place of the cohort is taken. Choose another cohort."""


class PlaceInUse(Refusal):
    """The home still has this place. Withdraw its enrolment first."""


CohortCommand = PlanCohort | AssignFacilitator | HandOverCohort | OpenCohort | TakePlace | FreePlace | CloseCohort
CohortEvent = (
    CohortPlanned
    | FacilitatorAssigned
    | FacilitatorReplaced
    | HomeHandedOver
    | CohortOpened
    | PlaceTaken
    | PlaceFreed
    | CohortClosed
)


def decide(cohort: Cohort, command: CohortCommand, facts: CohortFacts) -> Sequence[CohortEvent]:
    """Return what follows. Raises the refusals of this module, of `leading` and `cohort_state`, and AbsurdDate."""
    if cohort.status == "none" and not command.creates:
        raise CohortUnknown(field="cohort_id")
    match command:
        case PlanCohort():
            return _plan(cohort, command, facts)
        case AssignFacilitator():
            return leading.assign(cohort, command, facts)
        case HandOverCohort():
            return leading.hand_over(cohort, command, facts)
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


def _open(cohort: Cohort) -> Sequence[CohortEvent]:
    must_go_on(cohort)
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
    if enrolment and enrolment.status not in ENDED and enrolment.cohort_id == cohort.cohort_id:
        raise PlaceInUse(enrolment_id=command.enrolment_id)
    return [PlaceFreed(**command.model_dump(), places_left=cohort.places_left + 1)]


def evolve(cohort: Cohort, event: CohortEvent) -> Cohort:
    """Return the cohort after this event."""
    match event:
        case CohortPlanned():
            return replace(cohort, status="planned", **dict(event))
        case FacilitatorAssigned() | FacilitatorReplaced():
            return replace(cohort, lead_person_id=event.person_id)
        case HomeHandedOver():
            return cohort
        case CohortOpened():
            return replace(cohort, status="open")
        case PlaceTaken():
            homes = {**cohort.homes, event.enrolment_id: event.home_id}
            return replace(cohort, placed=(*cohort.placed, event.enrolment_id), homes=homes)
        case PlaceFreed():
            homes = {placed: home for placed, home in cohort.homes.items() if placed != event.enrolment_id}
            return replace(cohort, placed=tuple(homes), homes=homes)
        case CohortClosed():
            return replace(cohort, status="closed")
        case _:
            assert_never(event)
