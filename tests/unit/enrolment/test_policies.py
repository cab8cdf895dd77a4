"""Whenever …, then …: what enrolment asks of itself."""

from datetime import date

from services.enrolment import policies
from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.home import FreePathway
from services.enrolment.domain.places import FreePlace
from services.enrolment.domain.risks import NoteAbsence, NoteManagerChange
from services.enrolment.service import SERVICE
from shared.events.enrolment import (
    ApplicationRejected,
    CommitmentInQuestion,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    WorkshopMissed,
)
from shared.events.portfolio import PortfolioSignedOff
from tests.support.enrolment_story import attended

WITHDRAWN = EnrolmentWithdrawn(
    enrolment_id="enrolment-1",
    home_id="home-1",
    pathway="care-homes",
    reason="other",
    withdrawn_on=date(2026, 3, 1),
    cohort_id="cohort-a",
)
FREE_PATHWAY = FreePathway(home_id="home-1", pathway="care-homes", enrolment_id="enrolment-1")


def test_whenever_somebody_attended_their_enrolment_notes_it() -> None:
    assert policies.when_workshop_attended_note_attendance(attended()) == NoteAttendance(
        enrolment_id="enrolment-1",
        attendance_id="attendance-1",
        person_id="anna",
        code="S1",
        on=date(2026, 2, 9),
    )


def test_what_does_not_cover_is_not_noted() -> None:
    part = attended(status="part", covers=False)
    assert policies.when_workshop_attended_note_attendance(part) is None


def test_whenever_a_portfolio_is_signed_off_its_enrolment_notes_it() -> None:
    signed = PortfolioSignedOff(
        portfolio_id="portfolio-1",
        enrolment_id="enrolment-1",
        home_id="home-1",
        facilitator_person_id="lead",
        manager_person_id="manager",
        signed_off_on=date(2026, 10, 12),
    )
    assert policies.when_portfolio_signed_off_note_sign_off(signed) == NoteSignOff(
        enrolment_id="enrolment-1", portfolio_id="portfolio-1", signed_off_on=date(2026, 10, 12)
    )


def test_whenever_a_home_withdraws_its_pathway_and_its_place_are_freed() -> None:
    assert policies.when_enrolment_withdrawn_free_pathway(WITHDRAWN) == FREE_PATHWAY
    assert policies.when_enrolment_withdrawn_free_place(WITHDRAWN) == FreePlace(
        cohort_id="cohort-a", enrolment_id="enrolment-1"
    )


def test_a_home_without_a_place_has_none_to_free() -> None:
    unplaced = WITHDRAWN.model_copy(update={"cohort_id": None})
    assert policies.when_enrolment_withdrawn_free_place(unplaced) is None


def test_whenever_a_home_completes_its_pathway_is_freed() -> None:
    completed = EnrolmentCompleted(
        enrolment_id="enrolment-1",
        home_id="home-1",
        pathway="care-homes",
        cohort_id="cohort-a",
        completed_on=date(2026, 10, 12),
        weeks_taken=36,
    )
    assert policies.when_enrolment_completed_free_pathway(completed) == FREE_PATHWAY


def test_a_home_that_left_or_was_turned_down_waits_no_longer() -> None:
    waiting = WITHDRAWN.model_copy(update={"cohort_id": None, "waiting_cohort_id": "cohort-a"})
    rejected = ApplicationRejected(
        **waiting.model_dump(include={"enrolment_id", "home_id", "pathway", "waiting_cohort_id"}),
        reason="out-of-area",
        rejected_on=date(2026, 1, 12),
    )
    leave = FreePlace(cohort_id="cohort-a", enrolment_id="enrolment-1")
    assert policies.when_enrolment_withdrawn_free_place(waiting) == leave
    assert policies.when_application_rejected_free_place(rejected) == leave
    assert policies.when_application_rejected_free_pathway(rejected) == FREE_PATHWAY
    nowhere = rejected.model_copy(update={"waiting_cohort_id": None})
    assert policies.when_application_rejected_free_place(nowhere) is None


def test_what_says_something_of_a_home_is_noted_by_its_enrolment() -> None:
    missed = WorkshopMissed(**attended().model_dump(exclude={"status"}), status="absent")
    assert policies.when_workshop_missed_note_absence(missed) == NoteAbsence(
        **attended().model_dump(include={"enrolment_id", "attendance_id", "person_id", "code", "on"})
    )
    asked = CommitmentInQuestion(
        home_id="home-1", enrolment_id="enrolment-1", manager_person_id="new", changed_on=date(2026, 3, 1)
    )
    assert policies.when_commitment_in_question_note_manager_change(asked) == NoteManagerChange(
        enrolment_id="enrolment-1", manager_person_id="new", changed_on=date(2026, 3, 1)
    )


def test_every_policy_is_in_the_manifest() -> None:
    declared = {name for name in vars(policies) if name.startswith("when_")}
    assert {reaction.name for reaction in SERVICE.reactions} == declared
