"""The programme to look at: versions, homes, cohorts."""

from datetime import date

from services.enrolment.domain.askers import HOME, PARTICIPANTS, STAFF
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import (
    CohortClosed,
    CohortOpened,
    CohortPlanned,
    FacilitatorAssigned,
    FacilitatorReplaced,
    HomeRegistered,
    PlaceFreed,
    PlaceTaken,
    ProgrammeVersionPublished,
)
from shared.events.values import PlannedWorkshop, Regulator, Setting


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
    filters=("programme", "pathway", "settings"),
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


CohortEvent = (
    CohortPlanned | FacilitatorAssigned | FacilitatorReplaced | CohortOpened | PlaceTaken | PlaceFreed | CohortClosed
)


def cohort_row(row: CohortRow | None, event: CohortEvent) -> CohortRow | None:
    """Return the row after this event."""
    if isinstance(event, CohortPlanned):
        return CohortRow(**dict(event), status="planned")
    return row and row.model_copy(update=_told(row, event))


def _told(
    row: CohortRow,
    event: FacilitatorAssigned | FacilitatorReplaced | CohortOpened | PlaceTaken | PlaceFreed | CohortClosed,
) -> dict[str, object]:
    match event:
        case FacilitatorAssigned() | FacilitatorReplaced():
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
