"""What people look at follows from the events."""

from datetime import date, timedelta
from functools import reduce
from typing import Any

from services.enrolment.service import SERVICE
from services.enrolment.views.enrolments import ENROLMENTS
from services.enrolment.views.facilitators import FACILITATORS
from services.enrolment.views.programme import CARE_HOMES, COHORTS, PROGRAMME_VERSIONS
from services.enrolment.views.workshops import ATTENDANCES, WORKSHOPS
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.view import View
from shared.events.enrolment import (
    AttendanceVoided,
    ChampionAwarded,
    CohortClosed,
    CoverageCompleted,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    FacilitatorCompetenceRecorded,
    HomeRegistered,
    PlaceFreed,
    RegisterClosed,
    RepresentativeEnded,
    WorkshopCovered,
    WorkshopMissed,
)
from tests.support.enrolment_story import (
    CANCELLED,
    COHORT_OPENED,
    COHORT_PLANNED,
    LEAD_ASSIGNED,
    MOVED,
    PLACED,
    REPLACED,
    SCHEDULED,
    VERSION_ID,
    WORKSHOP_ENDS,
    attended,
    place_taken,
    published,
)
from tests.support.enrolment_story import (
    WORKSHOPS as PLANNED_WORKSHOPS,
)


def looked_at(view: View[Any], *events: Event) -> Any:
    """The one row that all of these events belong to."""
    assert len({view.key(event) for event in events}) == 1
    return reduce(view.fold, events, None)


def covered(code: str, person_id: str = "anna") -> WorkshopCovered:
    return WorkshopCovered(enrolment_id="enrolment-1", home_id="home-1", code=code, person_id=person_id)


def test_a_version_shows_its_workshops_in_order() -> None:
    row = looked_at(PROGRAMME_VERSIONS, published())
    assert [workshop.code for workshop in row.workshops] == ["ON", "S1", "OFF", "X1"]
    assert (row.version_id, row.commitment_version) == (VERSION_ID, "commitment-1")


def test_a_home_shows_its_area_and_its_registration() -> None:
    row = looked_at(
        CARE_HOMES,
        HomeRegistered(
            home_id="home-1",
            name="Bryn Awel",
            setting="care-home-nursing",
            regulator="cqc",
            registration_number="1-1000210669",
            local_authority="Wirral",
        ),
    )
    assert (row.home_id, row.area, row.registration_number) == ("home-1", "Wirral", "1-1000210669")


def test_a_cohort_shows_its_lead_and_how_many_places_are_taken() -> None:
    freed = PlaceFreed(cohort_id="cohort-a", enrolment_id="enrolment-1", places_left=1)
    opened = (COHORT_PLANNED, LEAD_ASSIGNED, COHORT_OPENED)
    row = looked_at(COHORTS, *opened, place_taken("enrolment-1", 1), place_taken("enrolment-2", 0), freed)
    assert (row.status, row.lead_person_id, row.capacity, row.places_taken) == ("open", "lead", 2, 1)
    assert row.workshops == PLANNED_WORKSHOPS
    assert looked_at(COHORTS, *opened, CohortClosed(cohort_id="cohort-a")).status == "closed"


def test_a_workshop_shows_when_it_is_and_later_how_many_came() -> None:
    closed = RegisterClosed(
        workshop_id="workshop-s1",
        cohort_id="cohort-a",
        code="S1",
        attended=7,
        missed=1,
        closed_at=WORKSHOP_ENDS,
    )
    row = looked_at(WORKSHOPS, SCHEDULED, closed)
    assert (row.code, row.starts_at, row.attended, row.missed) == ("S1", SCHEDULED.starts_at, 7, 1)
    assert row.register_closed_at == WORKSHOP_ENDS


def test_an_enrolment_shows_where_the_home_stands() -> None:
    row = looked_at(ENROLMENTS, *PLACED, covered("ON"), covered("X1"), covered("S1", "ben"))
    assert (row.status, row.cohort_id, row.version_id) == ("placed", "cohort-a", VERSION_ID)
    assert row.committed
    assert row.representative_person_ids == ("anna", "ben")
    assert row.nominated_person_ids == ()
    assert (row.coverage_done, row.coverage_total) == (2, 3)


def test_an_enrolment_shows_who_is_put_forward_and_who_left() -> None:
    row = looked_at(ENROLMENTS, *PLACED[:4], PLACED[4])
    assert (row.nominated_person_ids, row.representative_person_ids) == (("ben",), ("anna",))
    ended = RepresentativeEnded(
        enrolment_id="enrolment-1",
        home_id="home-1",
        person_id="anna",
        ended_on=date(2026, 3, 1),
        reason="other",
        remaining_active=1,
    )
    assert looked_at(ENROLMENTS, *PLACED, ended).representative_person_ids == ("ben",)


def test_an_enrolment_shows_awards_completion_and_withdrawal() -> None:
    about = {"enrolment_id": "enrolment-1", "home_id": "home-1"}
    coverage = CoverageCompleted(**about, version_id=VERSION_ID, covered_codes=("ON",))
    award = ChampionAwarded(
        **about,
        award_id="award-1",
        person_id="anna",
        home_name="Bryn Awel",
        version_id=VERSION_ID,
        covered_codes=("ON",),
        awarded_on=date(2026, 10, 12),
    )
    completed = EnrolmentCompleted(
        **about,
        pathway="care-homes",
        cohort_id="cohort-a",
        completed_on=date(2026, 10, 12),
        weeks_taken=36,
    )
    row = looked_at(ENROLMENTS, *PLACED, coverage, award, completed)
    assert (row.status, row.coverage_completed, row.awarded_person_ids) == ("completed", True, ("anna",))
    withdrawn = EnrolmentWithdrawn(**about, pathway="care-homes", reason="other", withdrawn_on=date(2026, 3, 1))
    assert looked_at(ENROLMENTS, *PLACED, withdrawn).status == "withdrawn"


def test_an_attendance_shows_the_last_that_is_known() -> None:
    missed = WorkshopMissed(**attended().model_dump(exclude={"status", "covers"}), status="absent")
    caught_up = attended(status="caught-up", on=date(2026, 2, 9) + timedelta(days=1))
    row = looked_at(ATTENDANCES, missed)
    assert (row.status, row.covers, row.mode) == ("absent", False, None)
    row = looked_at(ATTENDANCES, missed, caught_up)
    assert (row.status, row.covers, row.mode) == ("caught-up", True, "in-person")


def test_a_moved_workshop_shows_where_it_is_now_and_a_cancelled_one_that_it_is_off() -> None:
    row = looked_at(WORKSHOPS, SCHEDULED, MOVED)
    assert (row.starts_at, row.venue, row.schedule_revision) == (MOVED.starts_at, "Village Hall", 2)
    row = looked_at(WORKSHOPS, SCHEDULED, MOVED, CANCELLED)
    assert (row.cancelled, row.schedule_revision) == (True, 3)


def test_a_voided_attendance_stays_to_be_seen_and_covers_no_more() -> None:
    voided = AttendanceVoided(**dict(attended()), reason="wrong-person")
    row = looked_at(ATTENDANCES, attended(), voided)
    assert (row.status, row.covers, row.void_reason) == ("attended", False, "wrong-person")


def test_a_cohort_shows_who_it_was_handed_over_to() -> None:
    assert looked_at(COHORTS, COHORT_PLANNED, LEAD_ASSIGNED, COHORT_OPENED, REPLACED).lead_person_id == "next"


def test_a_facilitator_shows_every_competence_that_was_recorded() -> None:
    first = FacilitatorCompetenceRecorded(
        facilitator_id="f", person_id="lead", programme="six-steps", competent_from=date(2025, 1, 1)
    )
    row = looked_at(FACILITATORS, first, first.model_copy(update={"programme": "home-care"}))
    assert (row.person_id, [each.programme for each in row.competences]) == ("lead", ["six-steps", "home-care"])


def test_what_belongs_to_one_home_is_shown_to_that_home_only() -> None:
    shown_to_homes = [view for view in SERVICE.views if any(grant.within == "unit" for grant in view.read_by.grants)]
    assert {view.path for view in shown_to_homes} == {
        "care-homes",
        "enrolments",
        "attendances",
        "catch-ups",
        "homes-at-risk",
        "overdue-enrolments",
    }
    assert all(view.unit == "home_id" for view in shown_to_homes)
