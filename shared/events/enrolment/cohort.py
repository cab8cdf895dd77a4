"""A cohort: who leads it, its places, and the line of those who wait for one."""

from datetime import date, datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import CompletionRules, PlannedWorkshop

HandOverReason = Literal["left", "long-absence", "other-duties", "back-again", "other"]


class CohortPlanned(Event):
    """A cohort of one programme version was planned. Caused always by PlanCohort."""

    cohort_id: str
    name: str
    version_id: str
    pathway: str
    area: str
    capacity: int
    starts_on: date
    workshops: tuple[PlannedWorkshop, ...] = ()
    rules: CompletionRules = CompletionRules()


class FacilitatorAssigned(Event):
    """A facilitator took the lead of a cohort. Caused always by AssignFacilitator."""

    cohort_id: str
    person_id: str
    previous_person_id: str | None = None


class FacilitatorReplaced(Event):
    """A cohort that takes homes, or has some, was handed over: the lead changed. Caused always by HandOverCohort.

    Each home of the cohort has a HomeHandedOver beside it. What the previous lead decided stays theirs on record.
    """

    cohort_id: str
    person_id: str
    previous_person_id: str
    reason: HandOverReason
    handed_over_on: date
    enrolment_ids: tuple[str, ...]
    note: DocumentRef | None = None


class HomeHandedOver(Event):
    """A home's cohort was handed over: another facilitator looks after the home now.

    One event for each home with a place in the cohort. Caused sometimes by HandOverCohort.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    person_id: str
    previous_person_id: str
    handed_over_on: date


class CohortOpened(Event):
    """A cohort lets homes take places. Caused always by OpenCohort."""

    cohort_id: str
    version_id: str
    capacity: int
    lead_person_id: str


class PlaceTaken(Event):
    """An enrolment took a place in a cohort. Caused always by TakePlace."""

    cohort_id: str
    enrolment_id: str
    home_id: str
    places_left: int


class CohortClosed(Event):
    """A cohort came to its end. Caused always by CloseCohort."""

    cohort_id: str


class PlaceFreed(Event):
    """An enrolment gave its place in a cohort back. Caused sometimes by FreePlace."""

    cohort_id: str
    enrolment_id: str
    places_left: int


class WaitingPlaceTaken(Event):
    """An enrolment joined the line of a cohort; who applied first comes first. Caused always by TakeWaitingPlace."""

    cohort_id: str
    enrolment_id: str
    home_id: str
    applied_at: datetime


class WaitingPlaceOffered(Event):
    """A free place is kept for the next in line until a moment.

    Caused sometimes by FreePlace, by ExpireOffer, by TakeWaitingPlace and by OpenCohort.
    """

    cohort_id: str
    enrolment_id: str
    home_id: str
    offered_at: datetime
    expires_at: datetime


class WaitingPlaceOfferExpired(Event):
    """An offer ran out; its home stands in the line no more. Caused sometimes by ExpireOffer."""

    cohort_id: str
    enrolment_id: str
    home_id: str


class WaitingPlaceLeft(Event):
    """An enrolment gave its place in the line, or the offer, back. Caused sometimes by FreePlace and by CloseCohort."""

    cohort_id: str
    enrolment_id: str
    home_id: str
