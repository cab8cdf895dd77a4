"""What enrolment publishes: who takes part, in what, and who was there."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import (
    CatchUpMethod,
    CompletionRules,
    Framework,
    Mode,
    PlannedWorkshop,
    Regulator,
    Requirement,
    Setting,
    Value,
    Wording,
    WorkshopKind,
)

AttendanceStatus = Literal["attended", "part", "apologies", "absent", "caught-up"]
SignatoryRole = Literal["manager", "owner", "matron"]
ScheduleReason = Literal[
    "venue-lost", "facilitator-ill", "facilitator-away", "weather", "outbreak", "too-few", "goes-online", "other"
]
HandOverReason = Literal["left", "long-absence", "other-duties", "back-again", "other"]
AmendReason = Literal[
    "recorded-wrongly", "wrong-person", "register-says-otherwise", "came-late", "walk-in-identified", "other"
]
VoidReason = Literal[
    "recorded-wrongly", "wrong-person", "register-says-otherwise", "walk-in-identified", "workshop-cancelled", "other"
]


class ProgrammeVersionPublished(Event):
    """A programme version became available to new cohorts; from then on it never changes.

    Caused always by PublishProgrammeVersion.
    """

    version_id: str
    programme: str
    number: int
    title: str
    pathway: str
    settings: tuple[Setting, ...]
    workshops: tuple[PlannedWorkshop, ...]
    requirements: tuple[Requirement, ...]
    frameworks: tuple[Framework, ...]
    rules: CompletionRules
    commitment: Wording
    attestation: Wording
    risk_words: Mapping[str, str] = {}


class RegistrationClaimed(Event):
    """An external registration number was tied to one home. Caused always by ClaimRegistration."""

    private: ClassVar[bool] = True

    registration_id: str
    regulator: Regulator
    number: str
    home_id: str
    home_region: str


class HomeRegistered(Event):
    """A home was put on record. Its rating, if known, is kept and never judged by. Caused always by RegisterHome."""

    home_id: str
    name: str
    setting: Setting
    regulator: Regulator
    registration_number: str
    provider_name: str | None = None
    local_authority: str | None = None
    postcode: str | None = None
    ods_code: str | None = None
    latest_rating: str | None = None


class PathwayTaken(Event):
    """An enrolment took the home's one place on a pathway. Caused always by TakePathway."""

    private: ClassVar[bool] = True

    home_id: str
    pathway: str
    enrolment_id: str


class PathwayFreed(Event):
    """The home's place on a pathway is free again. Caused always by FreePathway."""

    private: ClassVar[bool] = True

    home_id: str
    pathway: str
    enrolment_id: str


class FacilitatorCompetenceRecorded(Event):
    """A facilitator was recorded as competent in a programme. Caused always by RecordCompetence."""

    person_id: str
    programme: str
    competent_from: date
    competent_until: date | None = None


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


class WorkshopDate(Value):
    """What somebody must know to come: what it is, when (UTC; `zone` is the local one), how and where.

    `schedule_revision` is 1 when it is scheduled and rises with every change of it, for calendars.
    """

    workshop_id: str
    cohort_id: str
    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    schedule_revision: int
    venue: str | None = None
    join_link: str | None = None


class WorkshopScheduled(Event):
    """A workshop of a cohort got its date. Times are UTC, `zone` is the local one.

    It may replace one that was cancelled. `after` says which workshops a home must have been at before.
    Caused always by ScheduleWorkshop.
    """

    workshop_id: str
    cohort_id: str
    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    venue: str | None = None
    schedule_revision: int = 1
    join_link: str | None = None
    replaces_workshop_id: str | None = None
    after: tuple[str, ...] = ()


class WorkshopMoved(WorkshopDate, Event):
    """A workshop got another time or place. Caused always by MoveWorkshop.

    `notice_hours` are left until the earlier or the new start, whichever comes first.
    """

    earlier_starts_at: datetime
    earlier_ends_at: datetime
    earlier_mode: Mode
    earlier_venue: str | None = None
    reason: ScheduleReason
    notice_hours: int


class WorkshopWentOnline(WorkshopDate, Event):
    """A workshop takes place at its time, but online. Caused always by GoOnline."""

    earlier_mode: Mode
    earlier_venue: str | None = None
    reason: ScheduleReason
    notice_hours: int


class WorkshopCancelled(WorkshopDate, Event):
    """A workshop does not take place; nobody counts as absent. Caused always by CancelWorkshop.

    The time and place are those it would have had. `at_the_door`: when it was to have begun already. If another is
    scheduled in its place, that one has the id `replacement_workshop_id`.
    """

    reason: ScheduleReason
    at_the_door: bool
    notice_hours: int
    replacement_workshop_id: str


class FacilitatorSubstituted(Event):
    """Somebody else than the cohort's lead, or than an earlier substitute, leads this one workshop.

    Both names stay on record. Caused always by SubstituteFacilitator.
    """

    workshop_id: str
    cohort_id: str
    code: str
    person_id: str
    substituted_person_id: str
    reason: HandOverReason


class WorkshopAttended(Event):
    """A representative took part in a workshop, or caught up on it.

    Caused sometimes by RecordAttendance, by SyncRegister and by ReconcileWalkIn.

    `covers` says whether it counts towards coverage: a part of a workshop may not. Who caught up stays labelled so:
    `catch_up_method` says how, `via_workshop_id` at which other cohort's workshop; `on` is the day they did. What came
    from a device that was offline has the time by that device's clock in `taken_at`.
    """

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    mode: Mode
    on: date
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False
    covers: bool = True
    catch_up_method: CatchUpMethod | None = None
    via_workshop_id: str | None = None
    device_id: str | None = None
    taken_at: datetime | None = None


class WorkshopMissed(Event):
    """A representative was not there. Caused sometimes by RecordAttendance, by SyncRegister and by CloseRegister.

    `assumed`: nobody said so, the register was closed without them.
    """

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    on: date
    late: bool = False
    assumed: bool = False
    device_id: str | None = None
    taken_at: datetime | None = None


class CatchUpOffered(Event):
    """Somebody who did not cover a mandatory workshop may catch up, in one of these ways, until a day.

    Caused sometimes by RecordAttendance, by SyncRegister, by ReconcileWalkIn and by CloseRegister.
    """

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    methods: tuple[CatchUpMethod, ...]
    due_by: date


class AttendanceVoided(Event):
    """What a register said of a person holds no more.

    Caused sometimes by VoidAttendance, by CancelWorkshop, by SyncRegister and by ReconcileWalkIn.

    `attendance_id` names the WorkshopAttended or WorkshopMissed that it takes back; both stay on record. What is
    entered anew has another attendance id.
    """

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    covers: bool
    on: date
    reason: VoidReason
    note: DocumentRef | None = None


class HeldEntry(Value):
    """One entry from a device that was not taken; `why` is the code of the refusal."""

    enrolment_id: str
    person_id: str
    status: AttendanceStatus
    taken_at: datetime
    why: str


class ConfirmedEntry(Value):
    """A device said the same as the register does, at a later time by its own clock."""

    person_id: str
    taken_at: datetime


class RegisterSynced(Event):
    """A device that was offline sent its part of a register: so much was new, so much known, the rest was held back.

    What was held back is reported here, and lost nowhere. `confirmed` are those of the known whom the device saw later
    than what the register had. Caused sometimes by SyncRegister.
    """

    workshop_id: str
    cohort_id: str
    code: str
    device_id: str
    upload: str
    created: int
    known: int
    held_back: tuple[HeldEntry, ...]
    confirmed: tuple[ConfirmedEntry, ...] = ()


class WalkInRecorded(Event):
    """Somebody came to a workshop whom nobody knew there; their name is kept apart.

    Caused sometimes by RecordWalkIn.
    """

    walk_in_id: str
    workshop_id: str
    cohort_id: str
    code: str
    introduced_as: DocumentRef
    mode: Mode
    on: date


class WalkInReconciled(Event):
    """It became known who a walk-in was. Caused sometimes by ReconcileWalkIn.

    With an enrolment they were there as its representative, and the attendance is beside this event.
    """

    walk_in_id: str
    workshop_id: str
    cohort_id: str
    code: str
    person_id: str
    enrolment_id: str | None = None


class RegisterSigned(Event):
    """A facilitator signed a closed register; whoever changes it from now on says why.

    Caused sometimes by SignRegister.
    """

    workshop_id: str
    cohort_id: str
    code: str
    signed_by_person_id: str
    signed_at: datetime


class RegisterAmended(Event):
    """A signed register was changed, for a reason. The change itself is the event beside this one.

    Caused sometimes by RecordAttendance, by VoidAttendance, by SyncRegister and by ReconcileWalkIn.
    """

    workshop_id: str
    cohort_id: str
    code: str
    amendment: int
    attendance_id: str
    person_id: str
    change: Literal["recorded", "voided"]
    reason: AmendReason
    amended_by_person_id: str
    note: DocumentRef | None = None


class RegisterClosed(Event):
    """The register of a workshop was closed: so many were there, so many were not. Caused always by CloseRegister."""

    workshop_id: str
    cohort_id: str
    code: str
    attended: int
    missed: int
    closed_at: datetime


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


class RepresentativeNominated(Event):
    """A home put a person forward.

    Caused always by NominateRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    job_role: str


class RepresentativeConfirmed(Event):
    """A person represents the home from a day on. `cohort_id` is set once the home has a place.

    Caused always by ConfirmRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    represents_from: date
    cohort_id: str | None = None


class RepresentativeEnded(Event):
    """A person no longer represents the home.

    When nobody is left (`remaining_active` 0), `vacant_since` is the first day without anybody; a home that has its
    place is paused on `grace_ends_on`, unless somebody follows.
    Caused always by EndRepresentative, sometimes by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    ended_on: date
    reason: str
    remaining_active: int
    cohort_id: str | None = None
    vacant_since: date | None = None
    grace_ends_on: date | None = None


class RepresentativeReplaced(Event):
    """A person took over from another who represented the home; the home keeps its place and what it covered.

    `covered_by_leaver` stays with the leaver; `to_catch_up` is what the home has covered and the newcomer has not.
    Caused always by ReplaceRepresentative.
    """

    enrolment_id: str
    home_id: str
    outgoing_person_id: str
    incoming_person_id: str
    represents_from: date
    reason: str
    covered_by_leaver: tuple[str, ...]
    to_catch_up: tuple[str, ...]
    cohort_id: str | None = None


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


class WorkshopCovered(Event):
    """For the first time a representative of the home covered this workshop. Caused sometimes by NoteAttendance."""

    enrolment_id: str
    home_id: str
    code: str
    person_id: str


class CoverageCompleted(Event):
    """As many mandatory workshops as the version asks for are covered by representatives of the home.

    Caused sometimes by NoteAttendance.
    """

    enrolment_id: str
    home_id: str
    version_id: str
    covered_codes: tuple[str, ...]


class ChampionAwarded(Event):
    """A representative of a home that is covered and signed off covered what the version asks of one person.

    Caused sometimes by NoteSignOff and by NoteAttendance.
    """

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    version_id: str
    covered_codes: tuple[str, ...]
    awarded_on: date


class EnrolmentCompleted(Event):
    """The home has coverage and a signed-off portfolio: it has completed.

    Caused sometimes by NoteSignOff and by NoteAttendance.
    """

    enrolment_id: str
    home_id: str
    pathway: str
    cohort_id: str
    completed_on: date
    weeks_taken: int


class EnrolmentWithdrawn(Event):
    """A home left the programme before completing. `waiting_cohort_id` is where it only waited for a place.

    Caused always by WithdrawEnrolment.
    """

    enrolment_id: str
    home_id: str
    pathway: str
    reason: str
    withdrawn_on: date
    cohort_id: str | None = None
    waiting_cohort_id: str | None = None


class ApplicationRejected(Event):
    """An application was turned down, for a reason that is never a rating. Caused always by RejectApplication."""

    enrolment_id: str
    home_id: str
    pathway: str
    reason: str
    rejected_on: date
    waiting_cohort_id: str | None = None


class EnrolmentPaused(Event):
    """A home put its nine months off and keeps its place. Caused sometimes by PauseEnrolment and by PauseVacant.

    `resume_by` is the day by which it means to go on, or, when nobody represents it, its facilitator decides.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    reason: str
    paused_on: date
    resume_by: date | None = None


class EnrolmentResumed(Event):
    """A home goes on after a pause; what was due is due so much later. Caused always by ResumeEnrolment.

    On `silence_review_on` it is looked at whether it was heard from.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    resumed_on: date
    paused_days: int
    due_on: date
    silence_review_on: date


class RegisteredManagerChanged(Event):
    """Another person became the registered manager of a home. Caused always by ChangeRegisteredManager."""

    home_id: str
    manager_person_id: str
    changed_on: date
    previous_manager_person_id: str | None = None


class CommitmentInQuestion(Event):
    """A new manager is asked to sign the commitment of an enrolment anew.

    Caused sometimes by ChangeRegisteredManager.
    """

    home_id: str
    enrolment_id: str
    manager_person_id: str
    changed_on: date


class EnrolmentAtRisk(Event):
    """A rule found a reason to look after a home that has its place; `says` is the reason in the version's words.

    `reasons` are all that hold now: no-representative, workshops-missed, silent, manager-changed.
    Caused sometimes by NoteAttendance, by NoteAbsence, by NoteActivity, by NoteManagerChange, by ReviewEnrolment,
    by RecordCommitment, by ConfirmRepresentative, by EndRepresentative, by ReplaceRepresentative, by ResumeEnrolment,
    by TakeBackAttendance.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    reason: str
    says: str
    reasons: tuple[str, ...]
    raised_on: date
    review_by: date


class EnrolmentRiskCleared(Event):
    """A reason to look after a home holds no more; `reasons` are those left, none when all is well again.

    Caused sometimes by NoteAttendance, by NoteAbsence, by NoteActivity, by NoteManagerChange, by ReviewEnrolment,
    by RecordCommitment, by ConfirmRepresentative, by EndRepresentative, by ReplaceRepresentative, by ResumeEnrolment,
    by TakeBackAttendance.
    """

    enrolment_id: str
    home_id: str
    cohort_id: str
    reason: str
    reasons: tuple[str, ...]
    cleared_on: date
    silence_review_on: date | None = None


class SilenceReviewPlanned(Event):
    """A home was heard from; on that day it is looked at again. Caused sometimes by ReviewEnrolment."""

    enrolment_id: str
    home_id: str
    silence_review_on: date


class AbsenceNoted(Event):
    """The enrolment knows that a representative missed a workshop. Caused sometimes by NoteAbsence."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str
    on: date


class ActivityNoted(Event):
    """The enrolment knows that its home was at work on that day. Caused sometimes by NoteActivity."""

    private: ClassVar[bool] = True

    enrolment_id: str
    on: date


class ManagerChangeNoted(Event):
    """The enrolment waits for the signature of a new manager. Caused sometimes by NoteManagerChange."""

    private: ClassVar[bool] = True

    enrolment_id: str
    manager_person_id: str
    changed_on: date


class AttendanceNoted(Event):
    """The enrolment knows that a representative covered a workshop. Caused sometimes by NoteAttendance."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str
    on: date


class AttendanceTakenBack(Event):
    """The enrolment knows that an attendance, or an absence, was voided. Caused sometimes by TakeBackAttendance."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str


class WorkshopUncovered(Event):
    """After a void nobody of the home has covered this workshop any more. Caused sometimes by TakeBackAttendance."""

    enrolment_id: str
    home_id: str
    attendance_id: str
    code: str


class CoverageLost(Event):
    """After a void the home's coverage, which was complete, is not. Caused sometimes by TakeBackAttendance.

    `attendance_id` is the one that was voided. When the coverage is complete again, CoverageCompleted says so again.
    """

    enrolment_id: str
    home_id: str
    version_id: str
    attendance_id: str
    missing_codes: tuple[str, ...]


class AwardPutUnderReview(Event):
    """After a void an award stands on too little; it holds until somebody decides.

    Caused sometimes by TakeBackAttendance.
    """

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str
    attendance_id: str
    missing_codes: tuple[str, ...]


class AwardUpheld(Event):
    """An award that was under review stands on enough again. Caused sometimes by NoteAttendance and by NoteSignOff."""

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str


class SignOffNoted(Event):
    """The enrolment knows that its portfolio is signed off. Caused sometimes by NoteSignOff."""

    private: ClassVar[bool] = True

    enrolment_id: str
    portfolio_id: str
    signed_off_on: date


class PlaceFreed(Event):
    """An enrolment gave its place in a cohort back. Caused sometimes by FreePlace."""

    cohort_id: str
    enrolment_id: str
    places_left: int


class InterestRegistered(Event):
    """Somebody would like to hear more; it binds nobody. Caused always by RegisterInterest."""

    interest_id: str
    area: str
    source: str
    setting: Setting | None = None
    home_id: str | None = None
    person_id: str | None = None


class InterestFollowed(Event):
    """An application came of an interest. Caused sometimes by FollowInterest."""

    interest_id: str
    enrolment_id: str


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


class EnrolmentOverdue(Event):
    """A home is past the day by which it was expected to complete; `latest_on` is the next day to look, if any is left.

    `passed_on` is the day that it went past, `weeks` how long it has taken. Caused sometimes by FlagOverdue.
    """

    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    due_on: date
    passed_on: date
    weeks: int
    latest_on: date | None = None


class DeadlineExtended(Event):
    """A home was given until a later day, for a reason. Caused sometimes by ExtendDeadline."""

    enrolment_id: str
    home_id: str
    cohort_id: str
    previous_due_on: date
    due_on: date
    reason: str
