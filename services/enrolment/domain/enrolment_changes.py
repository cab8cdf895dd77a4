"""What is known of an enrolment after each of its events. It decides nothing."""

from datetime import timedelta
from typing import assert_never

from services.enrolment.domain import representatives
from services.enrolment.domain.enrolment_state import Absence, Commitment, Enrolment, Noted, Offer, booking_key
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    AbsenceNoted,
    ActivityNoted,
    ApplicationRejected,
    ApplicationSubmitted,
    AttendanceNoted,
    AttendanceTakenBack,
    AwardPutUnderReview,
    AwardUpheld,
    CatchUpBooked,
    CatchUpBookingCancelled,
    CaughtUp,
    ChampionAwarded,
    CommitmentRecorded,
    CoverageCompleted,
    CoverageLost,
    DeadlineExtended,
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentOverdue,
    EnrolmentPaused,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    HomeEnrolled,
    HomeWaitlisted,
    ManagerChangeNoted,
    OfferNoted,
    OfferOverNoted,
    PlaceDeclined,
    RepresentativeConfirmed,
    RepresentativeEnded,
    RepresentativeNominated,
    RepresentativeReplaced,
    SignOffNoted,
    SilenceReviewPlanned,
    WorkshopCovered,
    WorkshopUncovered,
)

PeopleEvent = RepresentativeNominated | RepresentativeConfirmed | RepresentativeEnded | RepresentativeReplaced
StandingEvent = (
    HomeEnrolled | EnrolmentPaused | EnrolmentResumed | EnrolmentCompleted | EnrolmentWithdrawn | ApplicationRejected
)
TimeEvent = EnrolmentOverdue | DeadlineExtended
CatchUpEvent = CatchUpBooked | CatchUpBookingCancelled | CaughtUp
WaitingEvent = HomeWaitlisted | OfferNoted | OfferOverNoted | PlaceDeclined
DoubtEvent = AttendanceTakenBack | WorkshopUncovered | CoverageLost | AwardPutUnderReview | AwardUpheld
ProgressEvent = AttendanceNoted | WorkshopCovered | CoverageCompleted | SignOffNoted | ChampionAwarded
RiskEvent = (
    AbsenceNoted | ActivityNoted | ManagerChangeNoted | EnrolmentAtRisk | EnrolmentRiskCleared | SilenceReviewPlanned
)
EnrolmentEvent = (
    ApplicationSubmitted
    | CommitmentRecorded
    | RepresentativeNominated
    | RepresentativeConfirmed
    | RepresentativeEnded
    | RepresentativeReplaced
    | HomeWaitlisted
    | OfferNoted
    | OfferOverNoted
    | PlaceDeclined
    | HomeEnrolled
    | EnrolmentPaused
    | EnrolmentResumed
    | CatchUpBooked
    | CatchUpBookingCancelled
    | CaughtUp
    | AttendanceTakenBack
    | WorkshopUncovered
    | CoverageLost
    | AwardPutUnderReview
    | AwardUpheld
    | AttendanceNoted
    | WorkshopCovered
    | CoverageCompleted
    | SignOffNoted
    | ChampionAwarded
    | AbsenceNoted
    | ActivityNoted
    | ManagerChangeNoted
    | EnrolmentAtRisk
    | EnrolmentRiskCleared
    | SilenceReviewPlanned
    | EnrolmentOverdue
    | DeadlineExtended
    | EnrolmentCompleted
    | EnrolmentWithdrawn
    | ApplicationRejected
)


def evolve(enrolment: Enrolment, event: EnrolmentEvent) -> Enrolment:
    """Return the enrolment after this event."""
    match event:
        case ApplicationSubmitted():
            told = event.model_dump(exclude={"applicant_person_id"})
            return replace(enrolment, status="applied", **told)
        case CommitmentRecorded():
            signed = Commitment.model_validate(event.model_dump())
            return replace(enrolment, commitment=signed, new_manager_person_id=None)
        case RepresentativeNominated() | RepresentativeConfirmed() | RepresentativeEnded() | RepresentativeReplaced():
            return _with_people(enrolment, event)
        case HomeWaitlisted() | OfferNoted() | OfferOverNoted() | PlaceDeclined():
            return _with_waiting(enrolment, event)
        case EnrolmentOverdue() | DeadlineExtended():
            return _with_time(enrolment, event)
        case CatchUpBooked() | CatchUpBookingCancelled() | CaughtUp():
            return _with_catch_up(enrolment, event)
        case AttendanceNoted() | WorkshopCovered() | CoverageCompleted() | SignOffNoted() | ChampionAwarded():
            return _with_progress(enrolment, event)
        case AttendanceTakenBack() | WorkshopUncovered() | CoverageLost() | AwardPutUnderReview() | AwardUpheld():
            return _with_doubt(enrolment, event)
        case (
            HomeEnrolled()
            | EnrolmentPaused()
            | EnrolmentResumed()
            | EnrolmentCompleted()
            | EnrolmentWithdrawn()
            | ApplicationRejected()
        ):
            return _with_standing(enrolment, event)
        case _:
            return _with_risks(enrolment, event)


def _with_people(enrolment: Enrolment, event: PeopleEvent) -> Enrolment:
    periods = enrolment.representatives
    match event:
        case RepresentativeNominated():
            return replace(enrolment, representatives=representatives.nominated(periods, event))
        case RepresentativeConfirmed():
            return replace(enrolment, representatives=representatives.confirmed(periods, event), vacant_since=None)
        case RepresentativeEnded():
            after = representatives.ended(periods, event)
            since = enrolment.vacant_since or event.vacant_since
            return replace(enrolment, representatives=after, vacant_since=since)
        case RepresentativeReplaced():
            return enrolment
        case _:
            assert_never(event)


def _with_time(enrolment: Enrolment, event: TimeEvent) -> Enrolment:
    match event:
        case EnrolmentOverdue():
            return replace(enrolment, flagged=enrolment.flagged | {event.passed_on})
        case DeadlineExtended():
            return replace(enrolment, due_on=event.due_on)
        case _:
            assert_never(event)


def _with_catch_up(enrolment: Enrolment, event: CatchUpEvent) -> Enrolment:
    key = booking_key(event.person_id, event.code)
    others = {each: booked for each, booked in enrolment.catch_ups.items() if each != key}
    return replace(enrolment, catch_ups={**others, key: event} if isinstance(event, CatchUpBooked) else others)


def _with_waiting(enrolment: Enrolment, event: WaitingEvent) -> Enrolment:
    match event:
        case HomeWaitlisted():
            status = "offered" if enrolment.offer else "waiting"
            return replace(enrolment, status=status, waiting_cohort_id=event.cohort_id)
        case OfferNoted():
            offer = Offer(cohort_id=event.cohort_id, expires_at=event.expires_at)
            return replace(enrolment, status="offered", waiting_cohort_id=event.cohort_id, offer=offer)
        case OfferOverNoted():
            return replace(enrolment, status="applied", waiting_cohort_id=None, offer=None)
        case PlaceDeclined():
            declined = enrolment.declined_cohort_ids | {event.cohort_id}
            told = {"waiting_cohort_id": None, "offer": None, "declined_cohort_ids": declined}
            return replace(enrolment, status="applied", **told)
        case _:
            assert_never(event)


def _with_standing(enrolment: Enrolment, event: StandingEvent) -> Enrolment:
    match event:
        case HomeEnrolled():
            return _placed(enrolment, event)
        case EnrolmentPaused():
            return replace(enrolment, status="paused", paused_on=event.paused_on)
        case EnrolmentResumed():
            return _resumed(enrolment, event)
        case EnrolmentCompleted():
            return replace(enrolment, status="completed")
        case EnrolmentWithdrawn():
            return replace(enrolment, status="withdrawn", withdrawn_on=event.withdrawn_on)
        case ApplicationRejected():
            return replace(enrolment, status="rejected")
        case _:
            assert_never(event)


def _resumed(enrolment: Enrolment, event: EnrolmentResumed) -> Enrolment:
    away = timedelta(days=event.paused_days)
    absences = tuple(each.model_copy(update={"catch_up_by": each.catch_up_by + away}) for each in enrolment.absences)
    told = {"due_on": event.due_on, "active_on": event.resumed_on, "absences": absences}
    return replace(enrolment, status="placed", paused_on=None, **told)


def _placed(enrolment: Enrolment, event: HomeEnrolled) -> Enrolment:
    return replace(
        enrolment,
        status="placed",
        waiting_cohort_id=None,
        offer=None,
        cohort_id=event.cohort_id,
        version_id=event.version_id,
        started_on=event.started_on,
        due_on=event.target_ends_on,
        mandatory_codes=event.mandatory_codes,
        rules=event.rules,
        risk_words=event.risk_words,
    )


def _with_progress(enrolment: Enrolment, event: ProgressEvent) -> Enrolment:
    match event:
        case AttendanceNoted():
            noted = Noted.model_validate(event.model_dump())
            return replace(enrolment, attendances=(*enrolment.attendances, noted))
        case WorkshopCovered():
            return replace(enrolment, covered=(*enrolment.covered, event.code))
        case CoverageCompleted():
            return replace(enrolment, coverage_completed=True)
        case SignOffNoted():
            return replace(enrolment, signed_off_on=event.signed_off_on)
        case ChampionAwarded():
            return replace(enrolment, awarded=enrolment.awarded | {event.person_id})
        case _:
            assert_never(event)


def _with_doubt(enrolment: Enrolment, event: DoubtEvent) -> Enrolment:
    match event:
        case AttendanceTakenBack():
            attendances, absences = (
                tuple(noted for noted in known if noted.attendance_id != event.attendance_id)
                for known in (enrolment.attendances, enrolment.absences)
            )
            return replace(enrolment, attendances=attendances, absences=absences)
        case WorkshopUncovered():
            return replace(enrolment, covered=tuple(code for code in enrolment.covered if code != event.code))
        case CoverageLost():
            return replace(enrolment, coverage_completed=False)
        case AwardPutUnderReview():
            return replace(enrolment, awards_under_review=enrolment.awards_under_review | {event.person_id})
        case AwardUpheld():
            return replace(enrolment, awards_under_review=enrolment.awards_under_review - {event.person_id})
        case _:
            assert_never(event)


def _with_risks(enrolment: Enrolment, event: RiskEvent) -> Enrolment:
    match event:
        case AbsenceNoted():
            catch_up_by = event.on + timedelta(days=enrolment.rules.catch_up_days)
            missed = Absence.model_validate({**event.model_dump(), "catch_up_by": catch_up_by})
            return replace(enrolment, absences=(*enrolment.absences, missed))
        case ActivityNoted():
            return replace(enrolment, active_on=event.on)
        case ManagerChangeNoted():
            return _with_manager(enrolment, event)
        case EnrolmentAtRisk():
            return replace(enrolment, risks={**enrolment.risks, event.reason: event.raised_on})
        case EnrolmentRiskCleared():
            left = {reason: day for reason, day in enrolment.risks.items() if reason != event.reason}
            return replace(enrolment, risks=left)
        case SilenceReviewPlanned():
            return enrolment
        case _:
            assert_never(event)


def _with_manager(enrolment: Enrolment, event: ManagerChangeNoted) -> Enrolment:
    signed = enrolment.commitment is not None and enrolment.commitment.signatory_person_id == event.manager_person_id
    awaited = None if signed else event.manager_person_id
    return replace(enrolment, new_manager_person_id=awaited, manager_changed_on=event.changed_on)
