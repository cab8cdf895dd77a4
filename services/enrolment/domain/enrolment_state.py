"""What the rules of an enrolment need to know, and what it is asked about its people and its workshops."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from shared.chassis.declarations.state import State
from shared.events.enrolment import CatchUpBooked, SignatoryRole
from shared.events.values import CompletionRules, Setting, Value

Status = Literal["none", "applied", "waiting", "offered", "placed", "paused", "completed", "withdrawn", "rejected"]
ENDED: frozenset[Status] = frozenset({"withdrawn", "rejected"})
"""The home has no place and waits for none."""


class Commitment(Value):
    """Who signed which wording, in what capacity, and when."""

    signatory_person_id: str
    signatory_role: SignatoryRole
    version_id: str
    wording_version: str
    signed_on: date


class Representative(Value):
    """One period of one person; nominated only while `represents_from` is missing."""

    person_id: str
    job_role: str
    represents_from: date | None = None
    ended_on: date | None = None

    @property
    def open(self) -> bool:
        """Whether the period has not ended: nominated or active."""
        return self.ended_on is None

    @property
    def active(self) -> bool:
        """Whether the person represents the home until further notice."""
        return self.open and self.represents_from is not None

    def active_on(self, day: date) -> bool:
        """Say whether the person represented the home on this day."""
        if self.represents_from is None:
            return False
        return self.represents_from <= day <= (self.ended_on or date.max)


class Noted(Value):
    """What one register says of one person: an attendance that counts, or an absence."""

    attendance_id: str
    person_id: str
    code: str
    on: date


class Absence(Noted):
    """Somebody missed a workshop; the home should have caught up on it by that day, put off by pauses."""

    catch_up_by: date


class Offer(Value):
    """A place that is kept for the home until a moment."""

    cohort_id: str
    expires_at: datetime


class Enrolment(State):
    """One home on one pathway, from the application to completion, withdrawal or rejection.

    `catch_ups` are those that are booked, by `booking_key`.
    """

    enrolment_id: str = ""
    status: Status = "none"
    home_id: str = ""
    home_name: str = ""
    setting: Setting = "other"
    pathway: str = ""
    version_id: str | None = None
    applied_at: datetime | None = None
    interest_id: str | None = None
    previous_enrolment_id: str | None = None
    commitment: Commitment | None = None
    new_manager_person_id: str | None = None
    manager_changed_on: date | None = None
    representatives: tuple[Representative, ...] = ()
    vacant_since: date | None = None
    waiting_cohort_id: str | None = None
    offer: Offer | None = None
    declined_cohort_ids: frozenset[str] = frozenset()
    cohort_id: str | None = None
    started_on: date | None = None
    mandatory_codes: tuple[str, ...] = ()
    rules: CompletionRules = CompletionRules()
    risk_words: Mapping[str, str] = {}
    attendances: tuple[Noted, ...] = ()
    absences: tuple[Absence, ...] = ()
    catch_ups: Mapping[str, CatchUpBooked] = {}
    active_on: date | None = None
    covered: tuple[str, ...] = ()
    coverage_completed: bool = False
    signed_off_on: date | None = None
    awarded: frozenset[str] = frozenset()
    awards_under_review: frozenset[str] = frozenset()
    risks: Mapping[str, date] = {}
    due_on: date | None = None
    flagged: frozenset[date] = frozenset()
    paused_on: date | None = None
    withdrawn_on: date | None = None

    @property
    def live(self) -> bool:
        """Whether it still goes on."""
        return self.status in ("applied", "waiting", "offered", "placed", "paused")

    @property
    def in_cohort(self) -> bool:
        """Whether the home has its place, whatever it does with it now."""
        return self.status in ("placed", "paused", "completed")

    @property
    def active(self) -> tuple[str, ...]:
        """The persons who represent the home now, in the order of nomination."""
        return tuple(period.person_id for period in self.representatives if period.active)

    def period(self, person_id: str) -> Representative | None:
        """Return the person's latest period, or None."""
        periods = [period for period in self.representatives if period.person_id == person_id]
        return periods[-1] if periods else None

    def covered_by(self, person_id: str) -> frozenset[str]:
        """Return the codes of the workshops that this person covered."""
        return frozenset(noted.code for noted in self.attendances if noted.person_id == person_id)

    def represented_by(self, person_id: str, day: date) -> bool:
        """Say whether the person represented the home on this day, before the home left."""
        return not self.left_before(day) and person_id in self.representing(day)

    def left_before(self, day: date) -> bool:
        """Say whether the home had left when this day came."""
        return self.withdrawn_on is not None and day > self.withdrawn_on

    def representing(self, day: date) -> frozenset[str]:
        """Return the persons who represented the home on this day."""
        return frozenset(period.person_id for period in self.representatives if period.active_on(day))


def booking_key(person_id: str, code: str) -> str:
    """Return what a booked catch-up is known by: a person has one for each workshop."""
    return f"{person_id}/{code}"
