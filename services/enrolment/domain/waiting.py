"""A home waits for a place: it joins the line of a cohort, is offered a place when one is free, and says yes or no."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import AwareDatetime

from services.enrolment.domain import placing
from services.enrolment.domain.askers import COORDINATORS, HOME_MANAGER
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.placing import (
    AlreadyPlaced,
    AnotherPathway,
    ChosenCohort,
    CohortNotFound,
    PlaceHome,
    SettingNotOffered,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import HomeEnrolled, HomeWaitlisted, OfferNoted, OfferOverNoted, PlaceDeclined


class JoinWaitingList(Command):
    """Wait for a place in a cohort; the first to have applied is offered the first that is free."""

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    cohort_id: Key


class AcceptPlace(Command):
    """Take the place that is on offer: the home's nine months begin."""

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    cohort_id: Key


class DeclinePlace(Command):
    """Let the place that is on offer go to the next in line."""

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    cohort_id: Key


class NoteOffer(Command):
    """Take note that a place is kept for the home."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    cohort_id: Key
    expires_at: AwareDatetime


class NoteOfferOver(Command):
    """Take note that the home does not stand in the line any more."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    enrolment_id: Key
    cohort_id: Key


class AlreadyWaiting(Refusal):
    """The home waits for a place in another cohort. Decline there first."""


class NoOffer(Refusal):
    """No place in this cohort is on offer to the home now."""


class OfferExpired(Refusal):
    """The offer has run out, and the place went to the next in line. Join the waiting list again."""


def join(
    enrolment: Enrolment, command: JoinWaitingList, cohort: ChosenCohort | None, version: ProgrammeVersion | None
) -> Sequence[HomeWaitlisted]:
    """Return what follows.

    Raises CohortNotFound, AlreadyPlaced, AlreadyWaiting, AnotherPathway and SettingNotOffered.
    """
    if enrolment.cohort_id is not None:
        raise AlreadyPlaced(cohort_id=enrolment.cohort_id)
    if enrolment.waiting_cohort_id == command.cohort_id:
        return []
    if enrolment.waiting_cohort_id is not None:
        raise AlreadyWaiting(cohort_id=enrolment.waiting_cohort_id)
    if cohort is None or version is None:
        raise CohortNotFound(field="cohort_id")
    if cohort.pathway != enrolment.pathway:
        raise AnotherPathway(field="cohort_id", pathway=enrolment.pathway)
    if enrolment.setting not in version.settings:
        raise SettingNotOffered(field="cohort_id", settings=list(version.settings))
    return [
        HomeWaitlisted(
            enrolment_id=enrolment.enrolment_id,
            home_id=enrolment.home_id,
            home_name=enrolment.home_name,
            cohort_id=command.cohort_id,
        )
    ]


def accept(
    enrolment: Enrolment,
    command: AcceptPlace,
    cohort: ChosenCohort | None,
    version: ProgrammeVersion | None,
    now: datetime,
) -> Sequence[HomeEnrolled]:
    """Return what follows. Raises NoOffer, OfferExpired, and what speaks against a place in `placing`."""
    offer = enrolment.offer
    if enrolment.cohort_id is None:
        if offer is None or offer.cohort_id != command.cohort_id:
            raise NoOffer(field="cohort_id")
        if now >= offer.expires_at:
            raise OfferExpired(expired_at=offer.expires_at)
    asked = PlaceHome(enrolment_id=command.enrolment_id, cohort_id=command.cohort_id)
    return placing.place(enrolment, asked, cohort, version, now)


def decline(enrolment: Enrolment, command: DeclinePlace) -> Sequence[PlaceDeclined]:
    """Return what follows; who only waits leaves the line. Raises AlreadyPlaced and NoOffer."""
    if enrolment.cohort_id is not None:
        raise AlreadyPlaced(cohort_id=enrolment.cohort_id)
    if enrolment.waiting_cohort_id != command.cohort_id:
        if command.cohort_id in enrolment.declined_cohort_ids:
            return []
        raise NoOffer(field="cohort_id")
    return [PlaceDeclined(**command.model_dump(), home_id=enrolment.home_id)]


def note_offer(enrolment: Enrolment, command: NoteOffer) -> Sequence[OfferNoted]:
    """Return what is now noted; nothing when it is known, or when the home needs no place any more."""
    known = enrolment.offer is not None and enrolment.offer.cohort_id == command.cohort_id
    if known or enrolment.cohort_id is not None or not enrolment.live:
        return []
    return [OfferNoted(**command.model_dump())]


def note_offer_over(enrolment: Enrolment, command: NoteOfferOver) -> Sequence[OfferOverNoted]:
    """Return what is now noted; nothing when the home does not wait there."""
    if enrolment.waiting_cohort_id != command.cohort_id or not enrolment.live:
        return []
    return [OfferOverNoted(**command.model_dump())]
