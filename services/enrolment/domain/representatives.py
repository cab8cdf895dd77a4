"""Representatives of a home: put forward, confirmed from a day on, and one day followed by somebody else."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from services.enrolment.domain.askers import HOME_MANAGER, STAFF
from services.enrolment.domain.enrolment_state import Enrolment, Representative
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import RepresentativeConfirmed, RepresentativeEnded, RepresentativeNominated

JobRole = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
"""A code such as `senior-carer`: an event carries no free text."""

EndReason = Literal["left-the-home", "other-duties", "long-absence", "own-wish", "nominated-by-mistake", "other"]


class NominateRepresentative(Command):
    """Put a person forward to attend the workshops and carry the change into the home."""

    asked_by: ClassVar[Access] = STAFF | HOME_MANAGER

    enrolment_id: Key
    person_id: Key
    job_role: JobRole


class ConfirmRepresentative(Command):
    """Take the person on as representative, from a day on (today, when none is given)."""

    asked_by: ClassVar[Access] = STAFF

    enrolment_id: Key
    person_id: Key
    represents_from: date | None = None


class EndRepresentative(Command):
    """Record that the person represents the home no longer; the last day counts (today, when none is given)."""

    asked_by: ClassVar[Access] = STAFF | HOME_MANAGER

    enrolment_id: Key
    person_id: Key
    reason: EndReason
    ended_on: date | None = None


class NotNominated(Refusal):
    """The home has not put this person forward. Nominate them first."""


class AlreadyConfirmed(Refusal):
    """This person represents the home already, from another day on."""


class PeriodsOverlap(Refusal, kind="invalid"):
    """This person represented the home up to a later day: give one after that."""


class EndsBeforeItBegan(Refusal, kind="invalid"):
    """The person came to represent the home after this day: give a later one."""


class AlreadyEnded(Refusal):
    """This person's time as representative ended on another day."""


def nominate(enrolment: Enrolment, command: NominateRepresentative) -> Sequence[RepresentativeNominated]:
    """Return what follows; somebody who was put forward already stays so."""
    period = enrolment.period(command.person_id)
    if period is not None and period.open:
        return []
    return [RepresentativeNominated(**command.model_dump(), home_id=enrolment.home_id)]


def confirm(enrolment: Enrolment, command: ConfirmRepresentative, now: datetime) -> Sequence[RepresentativeConfirmed]:
    """Return what follows. Raises NotNominated, AlreadyConfirmed, PeriodsOverlap and AbsurdDate."""
    period = enrolment.period(command.person_id)
    if period is None or not period.open:
        raise NotNominated(field="person_id")
    if period.active:
        if command.represents_from in (None, period.represents_from):
            return []
        raise AlreadyConfirmed(represents_from=period.represents_from)
    first = believable(command.represents_from or local_day(now), now, "represents_from")
    if enrolment.represented_by(command.person_id, first) or _ended_after(enrolment, command.person_id, first):
        raise PeriodsOverlap(field="represents_from")
    confirmed = RepresentativeConfirmed(
        enrolment_id=command.enrolment_id,
        home_id=enrolment.home_id,
        person_id=command.person_id,
        represents_from=first,
        cohort_id=enrolment.cohort_id,
    )
    return [confirmed]


def end(enrolment: Enrolment, command: EndRepresentative, now: datetime) -> Sequence[RepresentativeEnded]:
    """Return what follows. Raises NotNominated, AlreadyEnded, EndsBeforeItBegan and AbsurdDate."""
    period = enrolment.period(command.person_id)
    if period is None:
        raise NotNominated(field="person_id")
    if period.ended_on is not None:
        if command.ended_on in (None, period.ended_on):
            return []
        raise AlreadyEnded(ended_on=period.ended_on)
    last = believable(command.ended_on or local_day(now), now, "ended_on")
    if period.represents_from is not None and last < period.represents_from:
        raise EndsBeforeItBegan(field="ended_on", represents_from=period.represents_from)
    left = [person_id for person_id in enrolment.active if person_id != command.person_id]
    since = None if left or not period.active else last + timedelta(days=1)
    ended = RepresentativeEnded(
        enrolment_id=command.enrolment_id,
        home_id=enrolment.home_id,
        person_id=command.person_id,
        ended_on=last,
        reason=command.reason,
        remaining_active=len(left),
        cohort_id=enrolment.cohort_id,
        vacant_since=since,
        grace_ends_on=_grace_ends_on(enrolment, since),
    )
    return [ended]


def nominated(periods: Sequence[Representative], event: RepresentativeNominated) -> tuple[Representative, ...]:
    """Return the periods with one more, which has not begun."""
    return (*periods, Representative(person_id=event.person_id, job_role=event.job_role))


def confirmed(periods: Sequence[Representative], event: RepresentativeConfirmed) -> tuple[Representative, ...]:
    """Return the periods with the person's open one begun."""
    return _with_open(periods, event.person_id, represents_from=event.represents_from)


def ended(periods: Sequence[Representative], event: RepresentativeEnded) -> tuple[Representative, ...]:
    """Return the periods with the person's open one ended."""
    return _with_open(periods, event.person_id, ended_on=event.ended_on)


def _with_open(periods: Sequence[Representative], person_id: str, **days: date) -> tuple[Representative, ...]:
    return tuple(
        period.model_copy(update=days) if period.open and period.person_id == person_id else period
        for period in periods
    )


def _grace_ends_on(enrolment: Enrolment, since: date | None) -> date | None:
    if since is None or enrolment.cohort_id is None:
        return None
    return since + timedelta(days=enrolment.rules.vacancy_grace_days)


def _ended_after(enrolment: Enrolment, person_id: str, day: date) -> bool:
    return any(
        period.person_id == person_id and period.represents_from is not None and (period.ended_on or day) > day
        for period in enrolment.representatives
    )
