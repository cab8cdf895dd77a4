"""The places of a cohort: taken, given back, and offered to those who wait, in the order in which they applied.

All of it is decided in the cohort's stream: a place that is offered counts as taken, and whatever frees one offers it
to the next in line in the same commit. A rating is never looked at.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.enrolment.domain.askers import COORDINATORS
from services.enrolment.domain.cohort_state import Cohort, CohortFacts, Waiting, must_go_on
from services.enrolment.domain.days import after_working_days
from services.enrolment.domain.enrolment_state import ENDED
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import (
    PlaceFreed,
    PlaceTaken,
    WaitingPlaceLeft,
    WaitingPlaceOffered,
    WaitingPlaceOfferExpired,
    WaitingPlaceTaken,
)


class TakePlace(Command):
    """Take a place; asked by an enrolment before the home is placed."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    cohort_id: Key
    enrolment_id: Key


class FreePlace(Command):
    """Give a place, or a place in the line, back that its enrolment does not need any more, or never came to use."""

    asked_by: ClassVar[Access] = COORDINATORS

    cohort_id: Key
    enrolment_id: Key


class TakeWaitingPlace(Command):
    """Join the line for a place; asked by an enrolment before the home waits."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    cohort_id: Key
    enrolment_id: Key


class ExpireOffer(Command):
    """Take an offer back that nobody accepted in time."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    cohort_id: Key
    enrolment_id: Key


class CohortNotOpen(Refusal):
    """The cohort takes no homes now. Open it first, or choose an open one."""


class CohortFull(Refusal):
    """Every place of the cohort is taken or on offer. Join its waiting list, or choose another cohort."""


class PlaceInUse(Refusal):
    """The home still has this place, or waits for one. Withdraw its enrolment first."""


Leaving = PlaceFreed | WaitingPlaceLeft | WaitingPlaceOffered


def take(cohort: Cohort, command: TakePlace, facts: CohortFacts) -> Sequence[PlaceTaken]:
    """Return what follows; who was offered a place has it. Raises CohortNotOpen and CohortFull."""
    if command.enrolment_id in cohort.placed:
        return []
    if cohort.status != "open":
        raise CohortNotOpen(status=cohort.status)
    left = cohort.places_left + (command.enrolment_id in cohort.offered)
    if left < 1:
        raise CohortFull(capacity=cohort.capacity)
    home_id = facts.enrolment.home_id if facts.enrolment else ""
    return [PlaceTaken(**command.model_dump(), home_id=home_id, places_left=left - 1)]


def wait(
    cohort: Cohort, command: TakeWaitingPlace, facts: CohortFacts
) -> Sequence[WaitingPlaceTaken | WaitingPlaceOffered]:
    """Return the place in the line, and the offer if there is a free one. Raises CohortOver."""
    must_go_on(cohort)
    if command.enrolment_id in cohort.placed or cohort.waits(command.enrolment_id):
        return []
    applied = facts.enrolment
    taken = WaitingPlaceTaken(
        **command.model_dump(),
        home_id=applied.home_id if applied else "",
        applied_at=(applied.applied_at if applied else None) or facts.now,
    )
    return [taken, *offers(joined(cohort, taken), facts)]


def free(cohort: Cohort, command: FreePlace, facts: CohortFacts) -> Sequence[Leaving]:
    """Return what follows, with the offer to the next in line. Raises PlaceInUse."""
    enrolment_id, enrolment = command.enrolment_id, facts.enrolment
    if enrolment_id not in cohort.placed and not cohort.waits(enrolment_id):
        return []
    used = enrolment and enrolment.status not in ENDED
    if enrolment and used and cohort.cohort_id in (enrolment.cohort_id, enrolment.waiting_cohort_id):
        raise PlaceInUse(enrolment_id=enrolment_id)
    if enrolment_id not in cohort.placed:
        return [_left(cohort, enrolment_id), *offers(without(cohort, enrolment_id), facts)]
    after = cohort.model_copy(update={"placed": tuple(each for each in cohort.placed if each != enrolment_id)})
    return [PlaceFreed(**command.model_dump(), places_left=after.places_left), *offers(after, facts)]


def expire(
    cohort: Cohort, command: ExpireOffer, facts: CohortFacts
) -> Sequence[WaitingPlaceOfferExpired | WaitingPlaceOffered]:
    """Return what follows; nothing when the place was accepted, declined, or is still on offer."""
    expires_at = cohort.offered.get(command.enrolment_id)
    if expires_at is None or facts.now < expires_at:
        return []
    expired = WaitingPlaceOfferExpired(**command.model_dump(), home_id=_home(cohort, command.enrolment_id))
    return [expired, *offers(without(cohort, command.enrolment_id), facts)]


def leave_all(cohort: Cohort) -> Sequence[WaitingPlaceLeft]:
    """Return the end of the line: a cohort that is over has nothing to offer."""
    return [_left(cohort, waiting.enrolment_id) for waiting in cohort.waiting]


def offers(cohort: Cohort, facts: CohortFacts) -> Sequence[WaitingPlaceOffered]:
    """Return the offers of all free places, to those who applied first."""
    if cohort.status != "open" or _too_late(facts):
        return []
    line = [waiting for waiting in cohort.waiting if waiting.enrolment_id not in cohort.offered]
    first = sorted(line, key=lambda waiting: waiting.applied_at)[: max(cohort.places_left, 0)]
    expires_at = after_working_days(facts.now, cohort.rules.offer_working_days)
    return [
        WaitingPlaceOffered(
            cohort_id=cohort.cohort_id,
            enrolment_id=waiting.enrolment_id,
            home_id=waiting.home_id,
            offered_at=facts.now,
            expires_at=expires_at,
        )
        for waiting in first
    ]


def joined(cohort: Cohort, event: WaitingPlaceTaken) -> Cohort:
    """Return the cohort with one more at the end of the line."""
    waiting = Waiting.model_validate(event.model_dump())
    return cohort.model_copy(update={"waiting": (*cohort.waiting, waiting)})


def without(cohort: Cohort, enrolment_id: str) -> Cohort:
    """Return the cohort with this enrolment neither in the line nor with an offer."""
    line = tuple(waiting for waiting in cohort.waiting if waiting.enrolment_id != enrolment_id)
    offered: dict[str, datetime] = {held: at for held, at in cohort.offered.items() if held != enrolment_id}
    return cohort.model_copy(update={"waiting": line, "offered": offered})


def _too_late(facts: CohortFacts) -> bool:
    return facts.joins_until is not None and facts.now >= facts.joins_until


def _left(cohort: Cohort, enrolment_id: str) -> WaitingPlaceLeft:
    return WaitingPlaceLeft(cohort_id=cohort.cohort_id, enrolment_id=enrolment_id, home_id=_home(cohort, enrolment_id))


def _home(cohort: Cohort, enrolment_id: str) -> str:
    return next(waiting.home_id for waiting in cohort.waiting if waiting.enrolment_id == enrolment_id)
