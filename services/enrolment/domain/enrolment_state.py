"""What the rules of an enrolment need to know, and what it is asked about its people and its workshops."""

from datetime import date
from typing import Literal

from shared.chassis.declarations.state import State
from shared.events.enrolment import SignatoryRole
from shared.events.values import CompletionRules, Setting, Value

Status = Literal["none", "applied", "placed", "completed", "withdrawn"]


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
    """One attendance that counts."""

    attendance_id: str
    person_id: str
    code: str
    on: date


class Enrolment(State):
    """One home on one pathway, from the application to completion or withdrawal."""

    enrolment_id: str = ""
    status: Status = "none"
    home_id: str = ""
    home_name: str = ""
    setting: Setting = "other"
    pathway: str = ""
    version_id: str | None = None
    commitment: Commitment | None = None
    representatives: tuple[Representative, ...] = ()
    cohort_id: str | None = None
    started_on: date | None = None
    mandatory_codes: tuple[str, ...] = ()
    rules: CompletionRules = CompletionRules()
    attendances: tuple[Noted, ...] = ()
    covered: tuple[str, ...] = ()
    coverage_completed: bool = False
    signed_off_on: date | None = None
    awarded: frozenset[str] = frozenset()
    withdrawn_on: date | None = None

    @property
    def live(self) -> bool:
        """Whether it still goes on."""
        return self.status in ("applied", "placed")

    @property
    def active(self) -> tuple[str, ...]:
        """The persons who represent the home now, in the order of nomination."""
        return tuple(period.person_id for period in self.representatives if period.active)

    def period(self, person_id: str) -> Representative | None:
        """Return the person's latest period, or None."""
        periods = [period for period in self.representatives if period.person_id == person_id]
        return periods[-1] if periods else None

    def represented_by(self, person_id: str, day: date) -> bool:
        """Say whether the person represented the home on this day, before the home left."""
        if self.withdrawn_on is not None and day > self.withdrawn_on:
            return False
        return person_id in self.representing(day)

    def representing(self, day: date) -> frozenset[str]:
        """Return the persons who represented the home on this day."""
        return frozenset(period.person_id for period in self.representatives if period.active_on(day))
