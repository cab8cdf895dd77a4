"""What shakes a portfolio from outside: voided attendances, a home without representatives, silence, leaving."""

from datetime import UTC, date, datetime

from services.portfolio.domain.coverage import NoteCoverage, NoteVoid, UnlockStep
from services.portfolio.domain.portfolio import (
    EndRepresentative,
    FreezePortfolio,
    NoteActivity,
    NoteRepresentative,
    NoteStandstill,
)
from services.portfolio.domain.portfolio_state import HomeHasLeft
from services.portfolio.domain.sign_off import SignOffPortfolio
from shared.events.portfolio import (
    AccreditationEarned,
    AttendanceNoted,
    AttendanceVoidNoted,
    CoverageNoted,
    CoverageReopened,
    PortfolioFrozen,
    PortfolioRevived,
    PortfolioStalled,
    RepresentationLost,
    RepresentationRestored,
    RepresentativeDropped,
    RepresentativeNoted,
    StepUnlocked,
)
from tests.unit.portfolio.given import (
    ATTESTED,
    AUTHOR,
    EARNED,
    ENROLMENT_ID,
    FACILITATOR,
    HOME_ID,
    OPENED,
    PORTFOLIO_ID,
    READY,
    RECORD,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    filled,
    opened,
    portfolio,
)

WHOSE = {"portfolio_id": PORTFOLIO_ID, "enrolment_id": ENROLMENT_ID, "home_id": HOME_ID}
ATTENDED = UnlockStep(**WHOSE, step="S1", attendance_id="attendance-1", covers=True)
NOTED = AttendanceNoted(**WHOSE, attendance_id="attendance-1", code="S1")
COVER = NoteCoverage(**WHOSE, covered_codes=("ON", "S1"))
COVERED = CoverageNoted(**WHOSE, covered_codes=("ON", "S1"))
VOID = NoteVoid(portfolio_id=PORTFOLIO_ID, attendance_id="attendance-1", code="S1", cause_event_id="void-1")
VOIDED = AttendanceVoidNoted(portfolio_id=PORTFOLIO_ID, attendance_id="attendance-1", code="S1")
REOPENED = CoverageReopened(
    **WHOSE, pathway="care-home", code="S1", attendance_id="attendance-1", cause_event_id="void-1", under_award=True
)
signed_off = opened.given(filled(STATEMENT), filled(RECORD), READY, ATTESTED, SIGNED, SIGNED_OFF)
awarded = signed_off.given(NOTED, COVERED, EARNED)
LEFT = FreezePortfolio(**WHOSE, frozen_on=date(2026, 10, 1))
FROZEN = PortfolioFrozen(**WHOSE, frozen_on=date(2026, 10, 1))
QUIET = datetime(2026, 8, 1, tzinfo=UTC)
STANDSTILL = NoteStandstill(portfolio_id=PORTFOLIO_ID, quiet_since=QUIET, after_days=30)


def test_an_attendance_is_noted_once_and_only_when_it_covers() -> None:
    opened.when(ATTENDED).then_happened(StepUnlocked, AttendanceNoted)
    opened.given(NOTED).when(ATTENDED).then_happened(StepUnlocked)
    opened.when(ATTENDED.model_copy(update={"covers": False})).then_happened(StepUnlocked)


def test_a_void_under_an_award_reopens_the_coverage_and_names_its_cause() -> None:
    awarded.when(VOID).then(VOIDED, REOPENED)
    awarded.given(VOIDED, REOPENED).when(VOID).then_nothing()


def test_a_void_before_the_award_keeps_it_from_being_earned() -> None:
    signed_off.given(NOTED, VOIDED).when(COVER).then(COVERED)
    portfolio.given(NOTED).when(VOID).then(VOIDED)


def test_a_void_of_what_another_attendance_covers_too_shakes_nothing() -> None:
    second = AttendanceNoted(**WHOSE, attendance_id="attendance-2", code="S1")
    awarded.given(second).when(VOID).then(VOIDED)


def test_a_void_of_a_workshop_that_the_coverage_does_not_rest_on_shakes_nothing() -> None:
    extra = AttendanceNoted(**WHOSE, attendance_id="attendance-9", code="EXTRA")
    void = VOID.model_copy(update={"attendance_id": "attendance-9", "code": "EXTRA"})
    awarded.given(extra).when(void).then_happened(AttendanceVoidNoted)


def test_a_catch_up_makes_a_lost_coverage_good() -> None:
    shaken = signed_off.given(NOTED, VOIDED, COVERED)
    catch_up = ATTENDED.model_copy(update={"attendance_id": "attendance-2"})
    shaken.when(catch_up).then_happened(StepUnlocked, AttendanceNoted, AccreditationEarned)


def test_a_voided_attendance_that_is_heard_of_again_stays_voided() -> None:
    awarded.given(VOIDED, REOPENED).when(ATTENDED).then_happened(StepUnlocked)


def test_a_home_without_representatives_is_spoken_of_until_it_has_one_again() -> None:
    end = EndRepresentative(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=AUTHOR.id)
    lost = opened.when(end).then_happened(RepresentativeDropped, RepresentationLost)
    note = NoteRepresentative(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id="rep-2")
    opened.given(*lost.events).when(note).then_happened(RepresentativeNoted, RepresentationRestored)
    opened.when(note).then_happened(RepresentativeNoted)
    two = opened.given(RepresentativeNoted(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id="rep-2"))
    two.when(end).then_happened(RepresentativeDropped)


def test_a_portfolio_that_is_earned_without_a_representative_says_so() -> None:
    alone = signed_off.given(
        NOTED, RepresentativeDropped(portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, person_id=AUTHOR.id)
    )
    award = alone.when(COVER).then_happened(CoverageNoted, AccreditationEarned).events[1]
    assert isinstance(award, AccreditationEarned)
    assert not award.represented


def test_a_portfolio_stalls_once_and_is_revived_by_activity() -> None:
    stalled = opened.when(STANDSTILL).then_happened(PortfolioStalled)
    again = opened.given(*stalled.events)
    again.when(STANDSTILL).then_nothing()
    again.when(NoteActivity(portfolio_id=PORTFOLIO_ID)).then_happened(PortfolioRevived)
    opened.when(NoteActivity(portfolio_id=PORTFOLIO_ID)).then_nothing()


def test_what_is_over_or_has_not_begun_does_not_stall() -> None:
    for over in (portfolio, signed_off, opened.given(FROZEN)):
        over.when(STANDSTILL).then_nothing()


def test_a_home_that_left_keeps_its_portfolio_as_it_was() -> None:
    opened.when(LEFT).then(FROZEN)
    opened.given(FROZEN).when(LEFT).then_nothing()
    portfolio.given(FROZEN, OPENED).when(LEFT).then_nothing()
    full = opened.given(filled(STATEMENT), filled(RECORD), READY, FROZEN)
    full.by(FACILITATOR).when(SignOffPortfolio(portfolio_id=PORTFOLIO_ID)).then_refused(HomeHasLeft)


def test_a_home_that_left_earns_nothing_any_more() -> None:
    signed_off.given(NOTED, FROZEN).when(COVER).then_happened(CoverageNoted)
