"""The enrolments of a region to look at: where each home stands. A row is fed by the enrolment's own stream."""

from datetime import date

from services.enrolment.domain.askers import HOME, STAFF
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    ApplicationRejected,
    ApplicationSubmitted,
    AwardPutUnderReview,
    AwardUpheld,
    ChampionAwarded,
    CommitmentRecorded,
    CoverageCompleted,
    CoverageLost,
    DeadlineExtended,
    EnrolmentAtRisk,
    EnrolmentCompleted,
    EnrolmentPaused,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    HomeEnrolled,
    HomeWaitlisted,
    PlaceDeclined,
    RepresentativeConfirmed,
    RepresentativeEnded,
    RepresentativeNominated,
    WorkshopCovered,
    WorkshopUncovered,
)
from shared.events.values import Setting


class EnrolmentRow(Row):
    """One enrolment: `coverage_done` of `coverage_total` mandatory workshops are covered by the home."""

    enrolment_id: str
    home_id: str
    home_name: str
    setting: Setting
    pathway: str
    status: str
    cohort_id: str | None = None
    waiting_cohort_id: str | None = None
    version_id: str | None = None
    committed: bool = False
    nominated_person_ids: tuple[str, ...] = ()
    representative_person_ids: tuple[str, ...] = ()
    mandatory_codes: tuple[str, ...] = ()
    covered_codes: tuple[str, ...] = ()
    coverage_done: int = 0
    coverage_total: int = 0
    coverage_completed: bool = False
    awarded_person_ids: tuple[str, ...] = ()
    awards_under_review: tuple[str, ...] = ()
    started_on: date | None = None
    target_ends_on: date | None = None
    completed_on: date | None = None
    withdrawn_on: date | None = None
    withdrawn_because: str | None = None
    rejected_because: str | None = None
    paused_on: date | None = None
    vacant_since: date | None = None
    risks: tuple[str, ...] = ()
    interest_id: str | None = None
    previous_enrolment_id: str | None = None


PeopleEvent = RepresentativeNominated | RepresentativeConfirmed | RepresentativeEnded
ProgressEvent = (
    WorkshopCovered
    | WorkshopUncovered
    | CoverageCompleted
    | CoverageLost
    | ChampionAwarded
    | AwardPutUnderReview
    | AwardUpheld
)
JoiningEvent = CommitmentRecorded | HomeWaitlisted | PlaceDeclined
GoingOnEvent = HomeEnrolled | EnrolmentPaused | EnrolmentResumed | DeadlineExtended
EndEvent = EnrolmentCompleted | EnrolmentWithdrawn | ApplicationRejected
LaterEvent = (
    CommitmentRecorded
    | RepresentativeNominated
    | RepresentativeConfirmed
    | RepresentativeEnded
    | HomeWaitlisted
    | PlaceDeclined
    | HomeEnrolled
    | WorkshopCovered
    | WorkshopUncovered
    | CoverageCompleted
    | CoverageLost
    | ChampionAwarded
    | AwardPutUnderReview
    | AwardUpheld
    | EnrolmentPaused
    | EnrolmentResumed
    | DeadlineExtended
    | EnrolmentAtRisk
    | EnrolmentRiskCleared
    | EnrolmentCompleted
    | EnrolmentWithdrawn
    | ApplicationRejected
)
RowEvent = ApplicationSubmitted | LaterEvent
Told = dict[str, object]


def enrolment_row(row: EnrolmentRow | None, event: RowEvent) -> EnrolmentRow | None:
    """Return the row after this event."""
    if isinstance(event, ApplicationSubmitted):
        return EnrolmentRow(**dict(event), status="applied")
    if row is None:
        return None
    return row.model_copy(update=_told(row, event))


def _told(row: EnrolmentRow, event: LaterEvent) -> Told:
    match event:
        case RepresentativeNominated() | RepresentativeConfirmed() | RepresentativeEnded():
            return _people(row, event)
        case EnrolmentAtRisk() | EnrolmentRiskCleared():
            return {"risks": event.reasons}
        case CommitmentRecorded() | HomeWaitlisted() | PlaceDeclined():
            return _joining(event)
        case EnrolmentCompleted() | EnrolmentWithdrawn() | ApplicationRejected():
            return _ended(event)
        case HomeEnrolled() | EnrolmentPaused() | EnrolmentResumed() | DeadlineExtended():
            return _going_on(event)
        case _:
            return _progress(row, event)


def _people(row: EnrolmentRow, event: PeopleEvent) -> Told:
    nominated = tuple(person for person in row.nominated_person_ids if person != event.person_id)
    active = tuple(person for person in row.representative_person_ids if person != event.person_id)
    match event:
        case RepresentativeNominated():
            return {"nominated_person_ids": (*nominated, event.person_id)}
        case RepresentativeConfirmed():
            told = {"nominated_person_ids": nominated, "representative_person_ids": (*active, event.person_id)}
            return {**told, "vacant_since": None}
        case RepresentativeEnded():
            told = {"nominated_person_ids": nominated, "representative_person_ids": active}
            return {**told, "vacant_since": row.vacant_since or event.vacant_since}


def _progress(row: EnrolmentRow, event: ProgressEvent) -> Told:
    match event:
        case WorkshopCovered():
            return _covered(row, (*row.covered_codes, event.code))
        case WorkshopUncovered():
            return _covered(row, tuple(code for code in row.covered_codes if code != event.code))
        case CoverageCompleted() | CoverageLost():
            return {"coverage_completed": isinstance(event, CoverageCompleted)}
        case ChampionAwarded():
            return {"awarded_person_ids": (*row.awarded_person_ids, event.person_id)}
        case AwardPutUnderReview() | AwardUpheld():
            others = tuple(person for person in row.awards_under_review if person != event.person_id)
            doubted = (event.person_id,) if isinstance(event, AwardPutUnderReview) else ()
            return {"awards_under_review": (*others, *doubted)}


def _covered(row: EnrolmentRow, codes: tuple[str, ...]) -> Told:
    return {"covered_codes": codes, "coverage_done": sum(code in codes for code in row.mandatory_codes)}


def _joining(event: JoiningEvent) -> Told:
    match event:
        case CommitmentRecorded():
            return {"committed": True}
        case HomeWaitlisted():
            return {"status": "waiting", "waiting_cohort_id": event.cohort_id}
        case PlaceDeclined():
            return {"status": "applied", "waiting_cohort_id": None}


def _going_on(event: GoingOnEvent) -> Told:
    match event:
        case HomeEnrolled():
            told = event.model_dump(
                include={"cohort_id", "version_id", "started_on", "target_ends_on", "mandatory_codes"}
            )
            told |= {"waiting_cohort_id": None}
            return {**told, "status": "placed", "coverage_total": len(event.mandatory_codes)}
        case EnrolmentPaused():
            return {"status": "paused", "paused_on": event.paused_on}
        case DeadlineExtended():
            return {"target_ends_on": event.due_on}
        case EnrolmentResumed():
            return {"status": "placed", "paused_on": None, "target_ends_on": event.due_on}


def _ended(event: EndEvent) -> Told:
    match event:
        case EnrolmentCompleted():
            return {"status": "completed", "completed_on": event.completed_on, "risks": ()}
        case EnrolmentWithdrawn():
            told = {"withdrawn_on": event.withdrawn_on, "withdrawn_because": event.reason}
            return {**told, "status": "withdrawn", "risks": ()}
        case ApplicationRejected():
            return {"status": "rejected", "rejected_because": event.reason}


ENROLMENTS = View(
    path="enrolments",
    key=lambda event: event.enrolment_id,
    fold=enrolment_row,
    read_by=STAFF | HOME,
    filters=("home_id", "cohort_id", "status", "pathway"),
    order="home_name",
    unit="home_id",
)
