"""A cohort is planned, led, opened, filled and closed."""

from datetime import date

from services.enrolment.domain.cohort import CloseCohort, CohortUnknown, OpenCohort, PlanCohort, VersionUnknown
from services.enrolment.domain.cohort_state import Cohort, CohortOver
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Competence, Facilitator
from services.enrolment.domain.leading import (
    AlreadyLed,
    AssignFacilitator,
    HandOverCohort,
    NoLeadFacilitator,
    NotCompetent,
)
from services.enrolment.domain.places import CohortFull, CohortNotOpen, FreePlace, PlaceInUse, TakePlace
from services.enrolment.service import COHORTS, PROGRAMME_VERSIONS
from shared.chassis.declarations.moments import AbsurdDate
from shared.events.enrolment import (
    CohortClosed,
    CohortPlanned,
    FacilitatorAssigned,
    FacilitatorReplaced,
    HomeHandedOver,
    PlaceFreed,
)
from tests.support.enrolment_story import (
    COHORT_OPENED,
    COHORT_PLANNED,
    LEAD_ASSIGNED,
    STARTS_ON,
    VERSION_ID,
    place_taken,
    published,
)
from tests.support.scenario import Scenario, document

VERSION = Scenario(PROGRAMME_VERSIONS).given(published()).state
PLAN = PlanCohort(
    cohort_id="cohort-a", name="2026 A", version_id=VERSION_ID, area="Wirral", capacity=2, starts_on=STARTS_ON
)
ASSIGN = AssignFacilitator(cohort_id="cohort-a", person_id="lead")
OPEN = OpenCohort(cohort_id="cohort-a")
CLOSED = CohortClosed(cohort_id="cohort-a")
COMPETENT = Facilitator(
    person_id="lead", competences=(Competence(programme="six-steps", competent_from=date(2025, 1, 1)),)
)
ENROLMENT = Enrolment(enrolment_id="enrolment-1", home_id="home-1", status="applied")

cohort = Scenario(COHORTS).knowing(version=VERSION, facilitator=COMPETENT, enrolment=ENROLMENT)
open_cohort = cohort.given(COHORT_PLANNED, LEAD_ASSIGNED, COHORT_OPENED)


def take(enrolment_id: str) -> TakePlace:
    return TakePlace(cohort_id="cohort-a", enrolment_id=enrolment_id)


def free(enrolment_id: str) -> FreePlace:
    return FreePlace(cohort_id="cohort-a", enrolment_id=enrolment_id)


def test_a_cohort_is_planned_with_the_workshops_of_its_version_in_their_order() -> None:
    cohort.when(PLAN).then(COHORT_PLANNED)
    cohort.given(COHORT_PLANNED).when(PLAN).then_nothing()


def test_a_cohort_needs_a_version_of_its_own_region() -> None:
    cohort.knowing(version=None).when(PLAN).then_refused(VersionUnknown, field="version_id")
    elsewhere = PLAN.model_copy(update={"version_id": "of-another-region"})
    cohort.when(elsewhere).then_refused(VersionUnknown, field="version_id")


def test_an_absurd_start_is_refused() -> None:
    absurd = PLAN.model_copy(update={"starts_on": date(2032, 1, 1)})
    cohort.when(absurd).then_refused(AbsurdDate, field="starts_on")


def test_a_competent_facilitator_takes_the_lead() -> None:
    cohort.given(COHORT_PLANNED).when(ASSIGN).then(LEAD_ASSIGNED)
    cohort.given(COHORT_PLANNED, LEAD_ASSIGNED).when(ASSIGN).then_nothing()


def test_a_new_lead_names_the_one_before() -> None:
    other = ASSIGN.model_copy(update={"person_id": "second"})
    cohort.given(COHORT_PLANNED, LEAD_ASSIGNED).when(other).then(
        FacilitatorAssigned(cohort_id="cohort-a", person_id="second", previous_person_id="lead")
    )


def test_who_is_not_competent_today_does_not_lead() -> None:
    planned = cohort.given(COHORT_PLANNED)
    planned.knowing(facilitator=None).when(ASSIGN).then_refused(NotCompetent, field="person_id")
    ended = Competence(programme="six-steps", competent_from=date(2025, 1, 1), competent_until=date(2026, 1, 11))
    former = Facilitator(person_id="lead", competences=(ended,))
    planned.knowing(facilitator=former).when(ASSIGN).then_refused(NotCompetent)


def test_a_cohort_without_a_lead_does_not_open() -> None:
    cohort.given(COHORT_PLANNED).when(OPEN).then_refused(NoLeadFacilitator)


def test_a_cohort_opens_once() -> None:
    cohort.given(COHORT_PLANNED, LEAD_ASSIGNED).when(OPEN).then(COHORT_OPENED)
    open_cohort.when(OPEN).then_nothing()


def test_a_place_is_taken_once_by_each_enrolment() -> None:
    open_cohort.when(take("enrolment-1")).then(place_taken("enrolment-1", 1))
    open_cohort.given(place_taken("enrolment-1", 1)).when(take("enrolment-1")).then_nothing()


def test_a_full_cohort_takes_nobody_else() -> None:
    full = open_cohort.given(place_taken("enrolment-1", 1), place_taken("enrolment-2", 0))
    full.when(take("enrolment-3")).then_refused(CohortFull, capacity=2)
    full.when(take("enrolment-2")).then_nothing()


def test_a_cohort_that_is_not_open_takes_nobody() -> None:
    cohort.given(COHORT_PLANNED).when(take("enrolment-1")).then_refused(CohortNotOpen, status="planned")
    open_cohort.given(CLOSED).when(take("enrolment-1")).then_refused(CohortNotOpen, status="closed")


def test_a_place_is_freed_once_its_enrolment_is_withdrawn() -> None:
    taken = open_cohort.given(place_taken("enrolment-1", 1))
    gone = ENROLMENT.model_copy(update={"status": "withdrawn", "cohort_id": "cohort-a"})
    freed = PlaceFreed(cohort_id="cohort-a", enrolment_id="enrolment-1", places_left=2)
    taken.knowing(enrolment=gone).when(free("enrolment-1")).then(freed)
    taken.given(freed).knowing(enrolment=gone).when(free("enrolment-1")).then_nothing()


def test_a_place_that_was_never_used_can_be_freed() -> None:
    taken = open_cohort.given(place_taken("ghost", 1))
    taken.knowing(enrolment=None).when(free("ghost")).then_happened(PlaceFreed)


def test_a_place_in_use_is_not_freed() -> None:
    taken = open_cohort.given(place_taken("enrolment-1", 1))
    here = ENROLMENT.model_copy(update={"status": "placed", "cohort_id": "cohort-a"})
    taken.knowing(enrolment=here).when(free("enrolment-1")).then_refused(PlaceInUse)


def test_a_closed_cohort_changes_no_more() -> None:
    close = CloseCohort(cohort_id="cohort-a")
    open_cohort.when(close).then(CLOSED)
    closed = open_cohort.given(CLOSED)
    closed.when(close).then_nothing()
    closed.when(OPEN).then_refused(CohortOver)
    closed.when(ASSIGN).then_refused(CohortOver)


def test_a_cohort_that_nobody_planned_is_unknown() -> None:
    cohort.when(OPEN).then_refused(CohortUnknown)
    assert Cohort().places_left == 0
    assert cohort.when(PLAN).events[0] == CohortPlanned(**COHORT_PLANNED.model_dump())


HAND_OVER = HandOverCohort(cohort_id="cohort-a", person_id="next", reason="left", note="All well.")


def test_a_cohort_is_handed_over_with_each_of_its_homes() -> None:
    replaced = FacilitatorReplaced(
        cohort_id="cohort-a",
        person_id="next",
        previous_person_id="lead",
        reason="left",
        handed_over_on=date(2026, 1, 12),
        enrolment_ids=("enrolment-1",),
        note=document(HAND_OVER, "note"),
    )
    home = HomeHandedOver(
        enrolment_id="enrolment-1",
        home_id="home-1",
        cohort_id="cohort-a",
        person_id="next",
        previous_person_id="lead",
        handed_over_on=date(2026, 1, 12),
    )
    running = open_cohort.given(place_taken("enrolment-2", 1), place_taken("enrolment-1", 0))
    running = running.given(PlaceFreed(cohort_id="cohort-a", enrolment_id="enrolment-2", places_left=1))
    answer = running.when(HAND_OVER).then(replaced, home)
    running.given(*answer.events).when(HAND_OVER).then_nothing()
    assert answer.state.lead_person_id == "next"


def test_a_cohort_is_handed_over_only_to_somebody_competent_today() -> None:
    lapsed = Facilitator(
        person_id="next",
        competences=(
            Competence(programme="six-steps", competent_from=date(2025, 1, 1), competent_until=date(2026, 1, 11)),
        ),
    )
    open_cohort.knowing(facilitator=lapsed).when(HAND_OVER).then_refused(NotCompetent)
    open_cohort.knowing(facilitator=None).when(HAND_OVER).then_refused(NotCompetent)


def test_an_open_cohort_changes_hands_only_by_being_handed_over() -> None:
    other = ASSIGN.model_copy(update={"person_id": "next"})
    open_cohort.when(other).then_refused(AlreadyLed, person_id="lead")
    cohort.given(COHORT_PLANNED, LEAD_ASSIGNED).when(other).then_happened(FacilitatorAssigned)
    cohort.given(COHORT_PLANNED).when(HAND_OVER).then_refused(NoLeadFacilitator)
    open_cohort.given(CLOSED).when(HAND_OVER).then_refused(CohortOver)
