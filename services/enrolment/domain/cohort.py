"""A cohort: homes that take one programme version together, led by a facilitator.

Who leads it, and how it is handed over, stands in `leading`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, assert_never

from pydantic import Field

from services.enrolment.domain import leading, places
from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.cohort_state import Cohort, CohortFacts, must_go_on
from services.enrolment.domain.leading import AssignFacilitator, HandOverCohort, NoLeadFacilitator
from services.enrolment.domain.places import ExpireOffer, FreePlace, TakePlace, TakeWaitingPlace
from services.enrolment.domain.programme_version import version_id
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
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
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
    WaitingPlaceTaken,
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


class CloseCohort(Command):
    """Bring the cohort to its end: no home joins, no workshop is added."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key


class CohortUnknown(Refusal, kind="missing"):
    """There is no such cohort here."""


class VersionUnknown(Refusal, kind="invalid"):
    """There is no such programme version in this region. Publish it first."""


CohortCommand = (
    PlanCohort
    | AssignFacilitator
    | HandOverCohort
    | OpenCohort
    | TakePlace
    | FreePlace
    | TakeWaitingPlace
    | ExpireOffer
    | CloseCohort
)
PlacesCommand = TakePlace | FreePlace | TakeWaitingPlace | ExpireOffer
PlacesEvent = (
    PlaceTaken | PlaceFreed | WaitingPlaceTaken | WaitingPlaceOffered | WaitingPlaceOfferExpired | WaitingPlaceLeft
)
CohortEvent = (
    CohortPlanned
    | FacilitatorAssigned
    | FacilitatorReplaced
    | HomeHandedOver
    | CohortOpened
    | PlaceTaken
    | PlaceFreed
    | WaitingPlaceTaken
    | WaitingPlaceOffered
    | WaitingPlaceOfferExpired
    | WaitingPlaceLeft
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
            return _open(cohort, facts)
        case CloseCohort():
            over = CohortClosed(cohort_id=cohort.cohort_id)
            return [] if cohort.status == "closed" else [*places.leave_all(cohort), over]
        case _:
            return _with_places(cohort, command, facts)


def _with_places(cohort: Cohort, command: PlacesCommand, facts: CohortFacts) -> Sequence[CohortEvent]:
    match command:
        case TakePlace():
            return places.take(cohort, command, facts)
        case FreePlace():
            return places.free(cohort, command, facts)
        case TakeWaitingPlace():
            return places.wait(cohort, command, facts)
        case ExpireOffer():
            return places.expire(cohort, command, facts)
        case _:
            assert_never(command)


def _plan(cohort: Cohort, command: PlanCohort, facts: CohortFacts) -> Sequence[CohortEvent]:
    if cohort.status != "none":
        return []
    version = facts.version
    if version is None or command.version_id != version_id(facts.region, version.programme, version.number):
        raise VersionUnknown(field="version_id")
    believable(command.starts_on, facts.now, "starts_on")
    told = version.model_dump(include={"pathway", "workshops", "rules"})
    return [CohortPlanned(**command.model_dump(), **told)]


def _open(cohort: Cohort, facts: CohortFacts) -> Sequence[CohortEvent]:
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
    return [opened, *places.offers(replace(cohort, status="open"), facts)]


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
        case CohortClosed():
            return replace(cohort, status="closed")
        case _:
            return _after_places(cohort, event)


def _after_places(cohort: Cohort, event: PlacesEvent) -> Cohort:
    match event:
        case PlaceTaken():
            homes = {**cohort.homes, event.enrolment_id: event.home_id}
            rest = places.without(cohort, event.enrolment_id)
            return replace(rest, placed=(*cohort.placed, event.enrolment_id), homes=homes)
        case PlaceFreed():
            homes = {placed: home for placed, home in cohort.homes.items() if placed != event.enrolment_id}
            return replace(cohort, placed=tuple(homes), homes=homes)
        case WaitingPlaceTaken():
            return places.joined(cohort, event)
        case WaitingPlaceOffered():
            return replace(cohort, offered={**cohort.offered, event.enrolment_id: event.expires_at})
        case WaitingPlaceOfferExpired() | WaitingPlaceLeft():
            return places.without(cohort, event.enrolment_id)
        case _:
            assert_never(event)
