"""A facilitator is competent in a programme, from a day to a day."""

from datetime import date

from services.enrolment.domain.facilitator import (
    CompetenceEndsBeforeItStarts,
    RecordCompetence,
    facilitator_id,
    identity,
)
from services.enrolment.service import FACILITATORS
from shared.chassis.declarations.moments import AbsurdDate
from shared.events.enrolment import FacilitatorCompetenceRecorded
from tests.support.scenario import Scenario

RECORD = RecordCompetence(
    facilitator_id="lead",
    person_id="lead",
    programme="six-steps",
    competent_from=date(2025, 1, 1),
    competent_until=date(2026, 12, 31),
)
RECORDED = FacilitatorCompetenceRecorded(**RECORD.model_dump())
facilitator = Scenario(FACILITATORS)


def test_a_competence_is_recorded_once() -> None:
    facilitator.when(RECORD).then(RECORDED)
    facilitator.given(RECORDED).when(RECORD).then_nothing()


def test_a_person_is_one_facilitator_in_each_region() -> None:
    assert identity(RECORD, "north") == facilitator_id("north", "lead") != identity(RECORD, "south")


def test_a_later_competence_is_added() -> None:
    later = RECORD.model_copy(update={"competent_from": date(2027, 1, 1), "competent_until": None})
    facilitator.given(RECORDED).when(later).then_happened(FacilitatorCompetenceRecorded)


def test_a_competence_holds_on_its_first_and_last_day_for_its_programme_only() -> None:
    state = facilitator.given(RECORDED).state
    assert state.competent("six-steps", date(2025, 1, 1))
    assert state.competent("six-steps", date(2026, 12, 31))
    assert not state.competent("six-steps", date(2024, 12, 31))
    assert not state.competent("six-steps", date(2027, 1, 1))
    assert not state.competent("home-care", date(2026, 1, 1))


def test_a_competence_that_ends_before_it_starts_is_invalid() -> None:
    wrong = RECORD.model_copy(update={"competent_until": date(2024, 1, 1)})
    facilitator.when(wrong).then_refused(CompetenceEndsBeforeItStarts, field="competent_until")


def test_absurd_days_are_refused_and_named() -> None:
    early = RECORD.model_copy(update={"competent_from": date(1999, 12, 31)})
    facilitator.when(early).then_refused(AbsurdDate, field="competent_from")
    far = RECORD.model_copy(update={"competent_until": date(9999, 12, 31)})
    facilitator.when(far).then_refused(AbsurdDate, field="competent_until")
