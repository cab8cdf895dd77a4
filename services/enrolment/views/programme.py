"""The programme to look at: versions, homes, cohorts, workshops, attendances."""

from datetime import date, datetime

from services.enrolment.domain.askers import HOME, PARTICIPANTS, STAFF
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    AttendanceStatus,
    CohortClosed,
    CohortOpened,
    CohortPlanned,
    FacilitatorAssigned,
    HomeRegistered,
    PlaceFreed,
    PlaceTaken,
    ProgrammeVersionPublished,
    RegisterClosed,
    WorkshopAttended,
    WorkshopMissed,
    WorkshopScheduled,
)
from shared.events.values import Mode, PlannedWorkshop, Regulator, Setting, WorkshopKind


class ProgrammeVersionRow(Row):
    """One published version, without its requirements."""

    version_id: str
    programme: str
    number: int
    title: str
    pathway: str
    settings: tuple[Setting, ...]
    workshops: tuple[PlannedWorkshop, ...]
    commitment_version: str


def programme_version_row(row: ProgrammeVersionRow | None, event: ProgrammeVersionPublished) -> ProgrammeVersionRow:
    """Return the row after this event."""
    del row
    return ProgrammeVersionRow(**dict(event), commitment_version=event.commitment.version)


PROGRAMME_VERSIONS = View(
    path="programme-versions",
    key=lambda event: event.version_id,
    fold=programme_version_row,
    read_by=SIGNED_IN,
    filters=("programme", "pathway"),
    order="number",
)


class HomeRow(Row):
    """One home on record. `area` is the local authority."""

    home_id: str
    name: str
    setting: Setting
    area: str | None
    postcode: str | None
    provider_name: str | None
    regulator: Regulator
    registration_number: str
    ods_code: str | None
    latest_rating: str | None


def home_row(row: HomeRow | None, event: HomeRegistered) -> HomeRow:
    """Return the row after this event."""
    del row
    return HomeRow(**dict(event), area=event.local_authority)


CARE_HOMES = View(
    path="care-homes",
    key=lambda event: event.home_id,
    fold=home_row,
    read_by=STAFF | HOME,
    filters=("setting", "area", "regulator", "registration_number"),
    order="name",
    unit="home_id",
)


class CohortRow(Row):
    """One cohort: who leads it, and how many homes have joined."""

    cohort_id: str
    name: str
    status: str
    version_id: str
    pathway: str
    area: str
    starts_on: date
    capacity: int
    places_taken: int = 0
    lead_person_id: str | None = None
    workshops: tuple[PlannedWorkshop, ...] = ()


CohortEvent = CohortPlanned | FacilitatorAssigned | CohortOpened | PlaceTaken | PlaceFreed | CohortClosed


def cohort_row(row: CohortRow | None, event: CohortEvent) -> CohortRow | None:
    """Return the row after this event."""
    if isinstance(event, CohortPlanned):
        return CohortRow(**dict(event), status="planned")
    return row and row.model_copy(update=_told(row, event))


def _told(
    row: CohortRow, event: FacilitatorAssigned | CohortOpened | PlaceTaken | PlaceFreed | CohortClosed
) -> dict[str, object]:
    match event:
        case FacilitatorAssigned():
            return {"lead_person_id": event.person_id}
        case CohortOpened():
            return {"status": "open"}
        case PlaceTaken() | PlaceFreed():
            return {"places_taken": row.capacity - event.places_left}
        case CohortClosed():
            return {"status": "closed"}


COHORTS = View(
    path="cohorts",
    key=lambda event: event.cohort_id,
    fold=cohort_row,
    read_by=PARTICIPANTS,
    filters=("status", "area", "pathway", "lead_person_id"),
    order="starts_on",
)


class WorkshopRow(Row):
    """One workshop: when and where, and once its register is closed how many were there."""

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
    register_closed_at: datetime | None = None
    attended: int | None = None
    missed: int | None = None


def workshop_row(row: WorkshopRow | None, event: WorkshopScheduled | RegisterClosed) -> WorkshopRow | None:
    """Return the row after this event."""
    match event:
        case WorkshopScheduled():
            return WorkshopRow(**dict(event))
        case RegisterClosed():
            told = {"register_closed_at": event.closed_at, "attended": event.attended, "missed": event.missed}
            return row and row.model_copy(update=told)


WORKSHOPS = View(
    path="workshops",
    key=lambda event: event.workshop_id,
    fold=workshop_row,
    read_by=PARTICIPANTS,
    filters=("cohort_id", "code"),
    order="starts_at",
)


class AttendanceRow(Row):
    """What a register says of one person."""

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    on: date
    covers: bool = False
    mode: Mode | None = None
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False


def attendance_row(row: AttendanceRow | None, event: WorkshopAttended | WorkshopMissed) -> AttendanceRow:
    """Return the row after this event; who caught up has covered what they missed."""
    del row
    return AttendanceRow(**dict(event))


ATTENDANCES = View(
    path="attendances",
    key=lambda event: event.attendance_id,
    fold=attendance_row,
    read_by=STAFF | HOME,
    filters=("workshop_id", "cohort_id", "enrolment_id", "person_id"),
    order="on",
    unit="home_id",
    person="person_id",
)
