"""Whenever …, then …: what enrolment asks of itself."""

from datetime import date

from services.enrolment import policies
from services.enrolment.domain.cohort import FreePlace
from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.home import FreePathway
from services.enrolment.service import SERVICE
from shared.events.enrolment import EnrolmentCompleted, EnrolmentWithdrawn
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


def test_every_policy_is_in_the_manifest() -> None:
    declared = {name for name in vars(policies) if name.startswith("when_")}
    assert {reaction.name for reaction in SERVICE.reactions} == declared
