"""How a home comes into the programme: application, commitment, the line, a place."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import CompletionRules, Setting

SignatoryRole = Literal["manager", "owner", "matron"]


class ApplicationSubmitted(Event):
    """A home asked for a place on a pathway. Caused always by SubmitApplication.

    It may cite an interest that was registered before, and the enrolment that the home left earlier.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    pathway: str
    applicant_person_id: str
    setting: Setting
    version_id: str | None = None
    applied_at: datetime | None = None
    interest_id: str | None = None
    previous_enrolment_id: str | None = None


class CommitmentRecorded(Event):
    """Manager, owner or matron put their name to the commitment. Caused always by RecordCommitment."""

    enrolment_id: str
    home_id: str
    signatory_person_id: str
    signatory_role: SignatoryRole
    wording_version: str
    signed_on: date
    version_id: str
    note: DocumentRef | None = None


class HomeEnrolled(Event):
    """A committed home got its place in a cohort; its nine months begin, by the rules of this version.

    Caused always by PlaceHome and by AcceptPlace.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    version_id: str
    pathway: str
    setting: Setting
    started_on: date
    target_ends_on: date
    lead_person_id: str
    signatory_person_id: str
    representative_person_ids: tuple[str, ...]
    mandatory_codes: tuple[str, ...] = ()
    rules: CompletionRules = CompletionRules()
    risk_words: Mapping[str, str] = {}


class HomeWaitlisted(Event):
    """A home waits for a place in a cohort. Caused always by JoinWaitingList."""

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str


class PlaceDeclined(Event):
    """A home let a place, or its place in the line, go to the next. Caused sometimes by DeclinePlace."""

    enrolment_id: str
    home_id: str
    cohort_id: str


class OfferNoted(Event):
    """The enrolment knows that a place is kept for its home. Caused sometimes by NoteOffer."""

    private: ClassVar[bool] = True

    enrolment_id: str
    cohort_id: str
    expires_at: datetime


class OfferOverNoted(Event):
    """The enrolment knows that its home stands in the line no more. Caused sometimes by NoteOfferOver."""

    private: ClassVar[bool] = True

    enrolment_id: str
    cohort_id: str
