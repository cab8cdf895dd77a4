"""Gaps: an action with an owner and a day, overdue once, closed by evidence or an exception."""

from datetime import UTC, date, datetime, timedelta

from services.portfolio.deadlines import GAP
from services.portfolio.domain.gap import AlreadySettled, CloseGap, NoteGapOverdue, RaiseGap
from services.portfolio.domain.identity import gap_of
from services.portfolio.domain.portfolio_state import HomeHasLeft, PortfolioNotOpen
from services.portfolio.domain.requirements import RequirementsNotHereYet, UnknownRequirement
from services.portfolio.policies import when_requirement_settled_close_gap
from services.portfolio.service import GAPS
from services.portfolio.views.gaps import GAPS as GAP_ROWS
from shared.chassis.declarations.deadline import Due
from shared.chassis.declarations.moments import AbsurdDate
from shared.chassis.declarations.state import replace
from shared.events.portfolio import GapClosed, GapOverdue, GapRaised
from tests.support.scenario import Scenario, document
from tests.unit.portfolio.given import (
    AUTHOR,
    ENROLMENT_ID,
    FACILITATOR,
    HOME_ID,
    NOW,
    PORTFOLIO_ID,
    REQUIREMENTS,
    STATEMENT,
    TODAY,
    filled,
    opened,
)

ABSURD = (date(1999, 12, 31), date(9999, 12, 31))
GAP_ID = gap_of(PORTFOLIO_ID, STATEMENT.key)
DUE_ON = date(2026, 9, 20)
RAISE = RaiseGap(
    gap_id=GAP_ID,
    portfolio_id=PORTFOLIO_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    action="Ask the night staff",
    owner_person_id=AUTHOR.id,
    due_on=DUE_ON,
)
WHOSE = {
    "gap_id": GAP_ID,
    "portfolio_id": PORTFOLIO_ID,
    "enrolment_id": ENROLMENT_ID,
    "home_id": HOME_ID,
    "requirement_key": STATEMENT.key,
}
RAISED = GapRaised(
    **WHOSE,
    action=document(RAISE, "action"),
    owner_person_id=AUTHOR.id,
    due_on=DUE_ON,
    raised_by=FACILITATOR.id,
)
OVERDUE = GapOverdue(**WHOSE, owner_person_id=AUTHOR.id, due_on=DUE_ON)
CLOSED = GapClosed(**WHOSE, how="evidence")
CLOSE = CloseGap(gap_id=GAP_ID, how="evidence")
NOTE = NoteGapOverdue(gap_id=GAP_ID, due_on=DUE_ON)
AFTER = datetime(2026, 9, 21, 1, tzinfo=UTC)
FIRST_MOMENT_AFTER = datetime(2026, 9, 20, 23, tzinfo=UTC)
"""It is summer time: on the wall the 21st begins."""
gap = Scenario(GAPS, now=NOW, actor=FACILITATOR, looked_up={"portfolio": opened.state, "requirements": REQUIREMENTS})
raised = gap.given(RAISED)


def test_a_gap_has_an_action_an_owner_and_a_day() -> None:
    gap.when(RAISE).then(RAISED)
    raised.when(RAISE).then_nothing()


def test_another_day_or_owner_raises_it_anew() -> None:
    later = RAISE.model_copy(update={"due_on": date(2026, 10, 1)})
    state = raised.given(OVERDUE).when(later).then_happened(GapRaised).state
    assert (state.overdue, state.due_on) == (False, date(2026, 10, 1))


def test_there_is_no_gap_where_nothing_is_missing_or_asked() -> None:
    gap.knowing(portfolio=opened.given(filled(STATEMENT)).state).when(RAISE).then_refused(AlreadySettled)
    unknown = RAISE.model_copy(update={"requirement_key": "none"})
    gap.when(unknown).then_refused(UnknownRequirement, field="requirement_key")
    gap.knowing(portfolio=None).when(RAISE).then_refused(PortfolioNotOpen)
    gap.knowing(requirements=None).when(RAISE).then_refused(RequirementsNotHereYet)
    gap.knowing(portfolio=replace(opened.state, frozen_on=TODAY)).when(RAISE).then_refused(HomeHasLeft)
    other = RAISE.model_copy(update={"home_id": "home-2"})
    gap.when(other).then_refused(PortfolioNotOpen)


def test_a_gap_is_overdue_once_and_only_after_its_day() -> None:
    raised.at(FIRST_MOMENT_AFTER - timedelta(seconds=1)).when(NOTE).then_nothing()
    raised.at(FIRST_MOMENT_AFTER).when(NOTE).then(OVERDUE)
    raised.given(OVERDUE).at(AFTER).when(NOTE).then_nothing()
    raised.given(CLOSED).at(AFTER).when(NOTE).then_nothing()
    raised.knowing(portfolio=replace(opened.state, frozen_on=TODAY)).at(AFTER).when(NOTE).then_nothing()


def test_evidence_or_an_exception_closes_it_once() -> None:
    assert when_requirement_settled_close_gap(filled(STATEMENT)) == CLOSE
    raised.when(CLOSE).then(CLOSED)
    raised.given(CLOSED).when(CLOSE).then_nothing()
    gap.when(CLOSE).then_nothing()


def test_the_moment_is_the_day_after_until_it_is_told_or_closed() -> None:
    due = GAP.fold(None, RAISED)
    assert due == Due(at=FIRST_MOMENT_AFTER, ask=NOTE)
    assert GAP.fold(due, OVERDUE) is None
    assert GAP.fold(due, CLOSED) is None


def test_the_plan_shows_what_is_open_overdue_and_closed() -> None:
    row = GAP_ROWS.fold(None, RAISED)
    assert row is not None
    assert row.status == "open"
    overdue = GAP_ROWS.fold(row, OVERDUE)
    closed = GAP_ROWS.fold(overdue, CLOSED)
    assert (overdue and overdue.status, closed and closed.status, closed and closed.how) == (
        "overdue",
        "closed",
        "evidence",
    )


def test_a_day_that_cannot_be_meant_is_no_day_to_be_done_by() -> None:
    for day in ABSURD:
        gap.when(RAISE.model_copy(update={"due_on": day})).then_refused(AbsurdDate, field="due_on")
