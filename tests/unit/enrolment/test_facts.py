"""The rules are told what they need, looked up in other streams of the service."""

from collections.abc import Mapping
from datetime import date

from services.enrolment import facts
from services.enrolment.domain.cohort import OpenCohort, PlanCohort
from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator, facilitator_id
from services.enrolment.domain.home import FreePathway, Home, TakePathway
from services.enrolment.domain.leading import AssignFacilitator
from services.enrolment.domain.leaving import WithdrawEnrolment
from services.enrolment.domain.places import TakePlace
from services.enrolment.domain.placing import (
    ApplyingHome,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import ScheduleWorkshop
from services.enrolment.domain.substituting import SubstituteFacilitator
from services.enrolment.domain.workshop_state import Workshop
from services.enrolment.service import COHORTS, ENROLMENTS, PROGRAMME_VERSIONS, WORKSHOPS
from shared.chassis.declarations.state import S, State
from tests.support.enrolment_story import (
    COHORT_PLANNED,
    LEAD_ASSIGNED,
    PLACED,
    SCHEDULED,
    STARTS_ON,
    VERSION_ID,
    WORKSHOP_ENDS,
    WORKSHOP_STARTS,
    place_taken,
    published,
)
from tests.support.scenario import REGION, Scenario

VERSION = Scenario(PROGRAMME_VERSIONS).given(published()).state
COHORT = Scenario(COHORTS).given(COHORT_PLANNED, LEAD_ASSIGNED, place_taken("enrolment-1", 1)).state
ENROLMENT = Scenario(ENROLMENTS).given(*PLACED).state
WORKSHOP = Scenario(WORKSHOPS).given(SCHEDULED).state
HOME = Home(home_id="home-1", name="Bryn Awel", setting="care-home-nursing")
ABROAD = "south"
LEAD = Facilitator(person_id="lead")
KNOWN: Mapping[tuple[type[State], str], State] = {
    (ProgrammeVersion, VERSION_ID): VERSION,
    (Cohort, "cohort-a"): COHORT,
    (Enrolment, "enrolment-1"): ENROLMENT,
    (Workshop, "workshop-s1"): WORKSHOP,
    (Home, "home-1"): HOME,
    (Facilitator, facilitator_id(REGION, "lead")): LEAD,
}


async def look(state: type[S], thing_id: str) -> S | None:
    found = KNOWN.get((state, thing_id))
    assert found is None or isinstance(found, state)
    return found


async def test_a_cohort_is_told_of_its_version_its_lead_and_who_joins() -> None:
    plan = PlanCohort(cohort_id="new", name="B", version_id=VERSION_ID, area="Wirral", capacity=1, starts_on=STARTS_ON)
    assert await facts.cohort(plan, look, REGION) == {"version": VERSION}
    assign = AssignFacilitator(cohort_id="cohort-a", person_id="lead")
    assert await facts.cohort(assign, look, REGION) == {"version": VERSION, "facilitator": LEAD}
    nowhere = AssignFacilitator(cohort_id="nowhere", person_id="nobody")
    assert await facts.cohort(nowhere, look, REGION) == {"version": None, "facilitator": None}
    assert await facts.cohort(assign, look, ABROAD) == {"version": VERSION, "facilitator": None}
    take = TakePlace(cohort_id="cohort-a", enrolment_id="enrolment-1")
    assert await facts.cohort(take, look, REGION) == {"enrolment": ENROLMENT}
    assert await facts.cohort(OpenCohort(cohort_id="cohort-a"), look, REGION) == {"joins_until": None}


async def test_a_workshop_is_told_of_its_cohort_and_its_enrolments() -> None:
    schedule = ScheduleWorkshop(
        workshop_id="w", cohort_id="cohort-a", code="S1", starts_at=WORKSHOP_STARTS, ends_at=WORKSHOP_ENDS
    )
    assert await facts.workshop(schedule, look, REGION) == {"cohort": COHORT, "other": None}
    record = RecordAttendance(
        workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="attended"
    )
    told = {"enrolments": {"enrolment-1": ENROLMENT}, "other": None, "before": {}}
    assert await facts.workshop(record, look, REGION) == told
    substitute = SubstituteFacilitator(workshop_id="workshop-s1", person_id="lead", reason="other")
    around = {"cohort": COHORT, "version": VERSION}
    assert await facts.workshop(substitute, look, REGION) == {**around, "facilitator": LEAD}
    assert await facts.workshop(substitute, look, ABROAD) == {**around, "facilitator": None}
    close = CloseRegister(workshop_id="workshop-s1")
    assert await facts.workshop(close, look, REGION) == {"enrolments": {"enrolment-1": ENROLMENT}}
    assert await facts.workshop(CloseRegister(workshop_id="none"), look, REGION) == {"enrolments": {}}


async def test_an_enrolment_is_told_of_home_version_and_cohort() -> None:
    submit = SubmitApplication(
        enrolment_id="new", home_id="home-1", pathway="care-homes", applicant_person_id="manager"
    )
    told = await facts.enrolment(submit, look)
    assert told == {"home": ApplyingHome(name="Bryn Awel", setting="care-home-nursing"), "interest_known": False}
    commit = RecordCommitment(
        enrolment_id="enrolment-1",
        signatory_person_id="manager",
        signatory_role="owner",
        wording_version="commitment-1",
        signed_on=date(2026, 1, 1),
    )
    assert await facts.enrolment(commit, look) == {"version": VERSION}
    unknown = commit.model_copy(update={"version_id": "none"})
    assert await facts.enrolment(unknown, look) == {"version": None}
    told = await facts.enrolment(PlaceHome(enrolment_id="enrolment-1", cohort_id="cohort-a"), look)
    assert told["version"] == VERSION
    assert told["cohort"].lead_person_id == "lead"
    assert await facts.enrolment(PlaceHome(enrolment_id="enrolment-1", cohort_id="none"), look) == {}
    withdraw = WithdrawEnrolment(enrolment_id="enrolment-1", reason="other")
    assert await facts.enrolment(withdraw, look) == {}


async def test_a_home_is_told_whether_an_enrolment_goes_on() -> None:
    free = FreePathway(home_id="home-1", pathway="care-homes", enrolment_id="enrolment-1")
    assert await facts.home(free, look) == {"enrolment_is_live": True}
    ghost = free.model_copy(update={"enrolment_id": "ghost"})
    assert await facts.home(ghost, look) == {"enrolment_is_live": False}
    assert await facts.home(TakePathway(**free.model_dump()), look) == {}
