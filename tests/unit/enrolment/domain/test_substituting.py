"""Somebody competent may stand in at one workshop; both names stay on record."""

from datetime import date, timedelta

from services.enrolment.domain.facilitator import Competence, Facilitator
from services.enrolment.domain.leading import NoLeadFacilitator, NotCompetent
from services.enrolment.domain.schedule import WorkshopOff
from services.enrolment.domain.substituting import SubstituteFacilitator
from services.enrolment.service import COHORTS, PROGRAMME_VERSIONS, WORKSHOPS
from shared.events.enrolment import FacilitatorSubstituted
from tests.support.enrolment_story import CANCELLED, COHORT_PLANNED, LEAD_ASSIGNED, SCHEDULED, published
from tests.support.scenario import Scenario

DAY = date(2026, 2, 9)
SUBSTITUTE = SubstituteFacilitator(workshop_id="workshop-s1", person_id="next", reason="long-absence")
led = Scenario(COHORTS).given(COHORT_PLANNED, LEAD_ASSIGNED).state
version = Scenario(PROGRAMME_VERSIONS).given(published()).state


def competent_until(day: date) -> Facilitator:
    known = Competence(programme="six-steps", competent_from=date(2025, 1, 1), competent_until=day)
    return Facilitator(person_id="next", competences=(known,))


workshop = Scenario(WORKSHOPS).given(SCHEDULED)
workshop = workshop.knowing(cohort=led, version=version, facilitator=competent_until(DAY))


def test_both_names_are_kept() -> None:
    answer = workshop.when(SUBSTITUTE).then_happened(FacilitatorSubstituted)
    state = answer.state
    assert (state.facilitator_person_id, state.substituted_person_id) == ("next", "lead")
    workshop.given(*answer.events).when(SUBSTITUTE).then_nothing()
    back = SUBSTITUTE.model_copy(update={"person_id": "lead"})
    workshop.when(back).then_nothing()
    told = workshop.given(*answer.events).when(back).events[0].model_dump()
    assert (told["person_id"], told["substituted_person_id"]) == ("lead", "next")


def test_who_stands_in_is_competent_on_the_day_of_the_workshop() -> None:
    lapsed = competent_until(DAY - timedelta(days=1))
    workshop.knowing(facilitator=lapsed).when(SUBSTITUTE).then_refused(NotCompetent, field="person_id")
    workshop.knowing(facilitator=None).when(SUBSTITUTE).then_refused(NotCompetent)


def test_nobody_stands_in_for_nobody_or_at_nothing() -> None:
    nobody = Scenario(COHORTS).given(COHORT_PLANNED).state
    workshop.knowing(cohort=nobody).when(SUBSTITUTE).then_refused(NoLeadFacilitator)
    workshop.given(CANCELLED).when(SUBSTITUTE).then_refused(WorkshopOff)
