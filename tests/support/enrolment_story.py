"""One home on its way through the programme, told in enrolment's events; for the unit tests of enrolment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.enrolment.domain.programme_version import version_id
from services.enrolment.domain.workshop_state import workshop_id
from shared.events.enrolment import (
    ApplicationSubmitted,
    CohortOpened,
    CohortPlanned,
    CommitmentRecorded,
    FacilitatorAssigned,
    FacilitatorReplaced,
    HomeEnrolled,
    PlaceTaken,
    ProgrammeVersionPublished,
    RepresentativeConfirmed,
    RepresentativeNominated,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopDate,
    WorkshopMoved,
    WorkshopScheduled,
)
from shared.events.values import CompletionRules, Framework, PlannedWorkshop, Requirement, Wording
from tests.support.scenario import REGION

VERSION_ID = version_id(REGION, "six-steps", 1)
CODES = ("ON", "S1", "OFF")
WORKSHOPS = (
    PlannedWorkshop(code="ON", kind="induction", title="Stepping on"),
    PlannedWorkshop(code="S1", kind="step", title="Step 1"),
    PlannedWorkshop(code="OFF", kind="conclusion", title="Stepping off"),
    PlannedWorkshop(code="X1", kind="step", title="Communication skills", mandatory=False),
)
STARTS_ON = date(2026, 2, 2)
WORKSHOP_STARTS = datetime(2026, 2, 9, 9, 30, tzinfo=UTC)
WORKSHOP_ENDS = WORKSHOP_STARTS + timedelta(hours=3)


def published(**changes: Any) -> ProgrammeVersionPublished:
    """A version with three mandatory workshops and an optional one."""
    told: dict[str, Any] = {
        "version_id": VERSION_ID,
        "programme": "six-steps",
        "number": 1,
        "title": "Six Steps",
        "pathway": "care-homes",
        "settings": ("care-home-nursing", "care-home-residential"),
        "workshops": WORKSHOPS,
        "requirements": (Requirement(key="s1-statement", step="S1", title="Statement", tags=("safe",)),),
        "frameworks": (Framework(key="cqc", version="2023", title="Key questions", codes=("safe",)),),
        "rules": CompletionRules(),
        "commitment": Wording(version="commitment-1", text="We promise."),
        "attestation": Wording(version="promise-1", text="I promise."),
    }
    return ProgrammeVersionPublished(**{**told, **changes})


COHORT_PLANNED = CohortPlanned(
    cohort_id="cohort-a",
    name="2026 A",
    version_id=VERSION_ID,
    pathway="care-homes",
    area="Wirral",
    capacity=2,
    starts_on=STARTS_ON,
    workshops=WORKSHOPS,
)
LEAD_ASSIGNED = FacilitatorAssigned(cohort_id="cohort-a", person_id="lead")
COHORT_OPENED = CohortOpened(cohort_id="cohort-a", version_id=VERSION_ID, capacity=2, lead_person_id="lead")


def place_taken(enrolment_id: str, places_left: int) -> PlaceTaken:
    """A place of the cohort was taken."""
    return PlaceTaken(cohort_id="cohort-a", enrolment_id=enrolment_id, home_id="home-1", places_left=places_left)


SUBMITTED = ApplicationSubmitted(
    enrolment_id="enrolment-1",
    home_id="home-1",
    home_name="Bryn Awel",
    pathway="care-homes",
    applicant_person_id="manager",
    setting="care-home-nursing",
    version_id=VERSION_ID,
)
COMMITTED = CommitmentRecorded(
    enrolment_id="enrolment-1",
    home_id="home-1",
    signatory_person_id="manager",
    signatory_role="manager",
    wording_version="commitment-1",
    signed_on=date(2026, 1, 10),
    version_id=VERSION_ID,
)


def nominated(person_id: str) -> RepresentativeNominated:
    """The home put this person forward."""
    return RepresentativeNominated(
        enrolment_id="enrolment-1", home_id="home-1", person_id=person_id, job_role="senior-carer"
    )


def confirmed(person_id: str, *, cohort_id: str | None = None) -> RepresentativeConfirmed:
    """This person represents the home from January on."""
    return RepresentativeConfirmed(
        enrolment_id="enrolment-1",
        home_id="home-1",
        person_id=person_id,
        represents_from=date(2026, 1, 12),
        cohort_id=cohort_id,
    )


def enrolled(**changes: Any) -> HomeEnrolled:
    """The home got its place."""
    told: dict[str, Any] = {
        "enrolment_id": "enrolment-1",
        "home_id": "home-1",
        "home_name": "Bryn Awel",
        "cohort_id": "cohort-a",
        "version_id": VERSION_ID,
        "pathway": "care-homes",
        "setting": "care-home-nursing",
        "started_on": STARTS_ON,
        "target_ends_on": STARTS_ON + timedelta(weeks=36),
        "lead_person_id": "lead",
        "signatory_person_id": "manager",
        "representative_person_ids": ("anna", "ben"),
        "mandatory_codes": CODES,
        "rules": CompletionRules(),
    }
    return HomeEnrolled(**{**told, **changes})


READY = (SUBMITTED, COMMITTED, nominated("anna"), confirmed("anna"), nominated("ben"), confirmed("ben"))
PLACED = (*READY, enrolled())

SCHEDULED = WorkshopScheduled(
    workshop_id="workshop-s1",
    cohort_id="cohort-a",
    code="S1",
    kind="step",
    title="Step 1",
    mandatory=True,
    starts_at=WORKSHOP_STARTS,
    ends_at=WORKSHOP_ENDS,
    zone="Europe/London",
    mode="in-person",
    venue="Heswall Hall",
)


_DATED = SCHEDULED.model_dump(include=set(WorkshopDate.model_fields))
MOVED = WorkshopMoved(
    **{
        **_DATED,
        "starts_at": WORKSHOP_STARTS + timedelta(days=7),
        "ends_at": WORKSHOP_ENDS + timedelta(days=7),
        "venue": "Village Hall",
        "schedule_revision": 2,
    },
    earlier_starts_at=WORKSHOP_STARTS,
    earlier_ends_at=WORKSHOP_ENDS,
    earlier_mode="in-person",
    earlier_venue="Heswall Hall",
    reason="venue-lost",
    notice_hours=24,
)
CANCELLED = WorkshopCancelled(
    **{**MOVED.model_dump(include=set(WorkshopDate.model_fields)), "schedule_revision": 3},
    reason="facilitator-ill",
    at_the_door=True,
    notice_hours=0,
    replacement_workshop_id=workshop_id("cohort-a", "S1", "workshop-s1"),
)
REPLACED = FacilitatorReplaced(
    cohort_id="cohort-a",
    person_id="next",
    previous_person_id="lead",
    reason="left",
    handed_over_on=STARTS_ON,
    enrolment_ids=("enrolment-1",),
)


def attended(**changes: Any) -> WorkshopAttended:
    """Anna was at the workshop of step 1."""
    told: dict[str, Any] = {
        "attendance_id": "attendance-1",
        "workshop_id": "workshop-s1",
        "cohort_id": "cohort-a",
        "code": "S1",
        "enrolment_id": "enrolment-1",
        "home_id": "home-1",
        "person_id": "anna",
        "status": "attended",
        "mode": "in-person",
        "on": date(2026, 2, 9),
    }
    return WorkshopAttended(**{**told, **changes})
