"""Coverage, awards and completion follow from attendances and sign-off, in any order, once."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.service import ENROLMENTS
from shared.chassis.declarations.command import Command
from shared.events.enrolment import (
    AttendanceNoted,
    ChampionAwarded,
    CoverageCompleted,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    SignOffNoted,
    WorkshopCovered,
)
from shared.events.values import CompletionRules
from tests.support.enrolment_story import CODES, PLACED, READY, VERSION_ID, enrolled
from tests.support.scenario import Scenario

DAYS = {"ON": date(2026, 2, 9), "S1": date(2026, 3, 9), "OFF": date(2026, 10, 5), "X1": date(2026, 4, 1)}
SIGN_OFF = NoteSignOff(enrolment_id="enrolment-1", portfolio_id="portfolio-1", signed_off_on=date(2026, 10, 12))
placed = Scenario(ENROLMENTS).given(*PLACED)


def note(person_id: str, code: str) -> NoteAttendance:
    return NoteAttendance(
        enrolment_id="enrolment-1",
        attendance_id=f"{person_id}-{code}",
        person_id=person_id,
        code=code,
        on=DAYS[code],
    )


def after(scenario: Scenario, *commands: Command) -> Scenario:
    for command in commands:
        scenario = scenario.given(*scenario.when(command).events)
    return scenario


def happened(scenario: Scenario, kind: type[Any]) -> list[Any]:
    return [event for event in scenario.history if isinstance(event, kind)]


ALL_OF_ANNA = tuple(note("anna", code) for code in CODES)


def test_the_first_representative_there_covers_a_workshop_for_the_home() -> None:
    first = placed.when(note("anna", "ON")).then_happened(AttendanceNoted, WorkshopCovered)
    placed.given(*first.events).when(note("ben", "ON")).then_happened(AttendanceNoted)
    placed.given(*first.events).when(note("anna", "ON")).then_nothing()


def test_the_last_mandatory_workshop_completes_coverage_whoever_was_there() -> None:
    before = after(placed, note("anna", "ON"), note("ben", "S1"))
    before.when(note("anna", "OFF")).then_happened(AttendanceNoted, WorkshopCovered, CoverageCompleted)


def test_an_optional_workshop_completes_nothing() -> None:
    before = after(placed, note("anna", "ON"), note("anna", "S1"))
    before.when(note("anna", "X1")).then_happened(AttendanceNoted, WorkshopCovered)


def test_sign_off_alone_completes_nothing() -> None:
    placed.when(SIGN_OFF).then_happened(SignOffNoted)
    after(placed, SIGN_OFF).when(SIGN_OFF).then_nothing()


def test_coverage_and_sign_off_award_and_complete() -> None:
    covered = after(placed, *ALL_OF_ANNA)
    answer = covered.when(SIGN_OFF).then_happened(SignOffNoted, ChampionAwarded, EnrolmentCompleted)
    _, award, completed = (event.model_dump() for event in answer.events)
    assert award["person_id"] == "anna"
    assert award["covered_codes"] == CODES
    assert award["version_id"] == VERSION_ID
    assert award["awarded_on"] == completed["completed_on"] == date(2026, 10, 12)
    assert completed["weeks_taken"] == 36


def test_who_did_not_cover_everything_earns_no_award() -> None:
    shared = after(placed, note("anna", "ON"), note("anna", "S1"), note("ben", "OFF"))
    shared.when(SIGN_OFF).then_happened(SignOffNoted, EnrolmentCompleted)


@pytest.mark.parametrize("order", list(permutations((*ALL_OF_ANNA, SIGN_OFF))))
def test_every_order_comes_to_the_same_end(order: tuple[Command, ...]) -> None:
    usual, other = after(placed, *ALL_OF_ANNA, SIGN_OFF), after(placed, *order)
    for kind in (CoverageCompleted, ChampionAwarded, EnrolmentCompleted):
        assert happened(other, kind) == happened(usual, kind)


def test_who_catches_up_after_completion_still_earns_the_award_once() -> None:
    completed = after(placed, *ALL_OF_ANNA, SIGN_OFF, note("ben", "ON"), note("ben", "S1"))
    done = after(completed, note("ben", "OFF"))
    assert [award.person_id for award in happened(done, ChampionAwarded)] == ["anna", "ben"]
    assert len(happened(done, EnrolmentCompleted)) == 1


def test_a_workshop_counts_from_the_first_day_on_which_somebody_covered_it() -> None:
    again = note("ben", "OFF").model_copy(update={"on": date(2026, 12, 1)})
    early = SIGN_OFF.model_copy(update={"signed_off_on": date(2026, 10, 1)})
    for order in ((*ALL_OF_ANNA, again, early), (again, *ALL_OF_ANNA, early)):
        [completed] = happened(after(placed, *order), EnrolmentCompleted)
        assert completed.completed_on == DAYS["OFF"]


def test_thresholds_are_those_of_the_version() -> None:
    rules = CompletionRules(home_coverage_percent=60, award_coverage_percent=34)
    lenient = Scenario(ENROLMENTS).given(*READY, enrolled(rules=rules))
    done = after(lenient, note("anna", "ON"), note("anna", "S1"), note("ben", "S1"), SIGN_OFF)
    assert [award.person_id for award in happened(done, ChampionAwarded)] == ["anna"]
    [coverage] = happened(done, CoverageCompleted)
    assert coverage.covered_codes == ("ON", "S1")
    assert len(happened(after(done, note("ben", "OFF")), CoverageCompleted)) == 1


WITHDRAWN = EnrolmentWithdrawn(
    enrolment_id="enrolment-1",
    home_id="home-1",
    pathway="care-homes",
    reason="other",
    withdrawn_on=DAYS["S1"],
)


def test_a_withdrawn_or_unplaced_home_concludes_nothing() -> None:
    for scenario in (Scenario(ENROLMENTS), Scenario(ENROLMENTS).given(*READY), placed.given(WITHDRAWN)):
        scenario.when(note("anna", "OFF")).then_nothing()
        scenario.when(SIGN_OFF).then_nothing()


def test_what_was_attended_before_the_home_left_is_the_persons_own_and_covers_nothing_any_more() -> None:
    left = placed.given(WITHDRAWN)
    left.when(note("anna", "S1")).then_happened(AttendanceNoted)
    left.when(note("anna", "OFF")).then_nothing()
