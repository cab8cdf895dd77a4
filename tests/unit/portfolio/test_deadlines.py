"""What falls due: reviews that wait, portfolios in which nothing happens, reminders of a renewal, the lapse."""

from datetime import date, timedelta

import pytest

from services.portfolio.deadlines import ESCALATE, LAPSE, NEVER, REMIND, RENEW, STALL
from services.portfolio.domain.accreditation import LapseAccreditation
from services.portfolio.domain.portfolio import NoteStandstill
from services.portfolio.domain.reaccreditation import RemindOfRenewal
from services.portfolio.domain.review_queue import NoteReviewOverdue
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.events.days import local_day, start_of
from shared.events.portfolio import AccreditationLapsed
from tests.unit.portfolio.domain.test_reaccreditation import reminded
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    APPROVED,
    DRAFTED,
    EVIDENCE_ID,
    HOME_ID,
    NOW,
    OPENED,
    PORTFOLIO_ID,
    RETURNED,
    SIGNED_OFF,
    accreditation,
    granted,
    submitted,
)
from tests.unit.portfolio.world import envelope

DUE = Due(at=start_of(date(2027, 10, 14)), ask=LapseAccreditation(accreditation_id=ACCREDITATION_ID))
LAPSED = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))


def at(event: Event, days: float = 0) -> Envelope:
    return envelope(event).model_copy(update={"time": NOW + timedelta(days=days)})


def after(deadline: Deadline, *events: tuple[Event, float]) -> Due | None:
    due = None
    for event, days in events:
        due = deadline.next_due(due, event, at(event, days))
    return due


def test_a_granted_accreditation_falls_due_the_day_after_its_grace() -> None:
    assert LAPSE.fold(None, granted()) == DUE
    assert LAPSE.key(granted()) == ACCREDITATION_ID


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 3, 30), date(2026, 7, 1), date(2026, 10, 26)])
def test_what_falls_due_on_a_day_is_due_from_its_first_moment_on_and_not_before(day: date) -> None:
    grant = granted().model_copy(update={"lapses_on": day})
    lapse = LAPSE.fold(None, grant)
    assert lapse is not None
    scenario = accreditation.given(grant)
    scenario.at(lapse.at).when(lapse.ask).then_happened(AccreditationLapsed)
    scenario.at(lapse.at - timedelta(seconds=1)).when(lapse.ask).then_nothing()


def test_a_later_grant_moves_the_moment() -> None:
    later = LAPSE.fold(DUE, granted("enrolment-2", from_year=2027))
    assert later is not None
    assert later.at == start_of(date(2028, 10, 14))


def test_a_lapse_lifts_it() -> None:
    assert LAPSE.fold(DUE, LAPSED) is None


def test_each_reminder_of_a_renewal_leads_to_the_next() -> None:
    days = granted().reminders_on
    first, second = RENEW.fold(None, granted()), RENEW.fold(None, reminded(0))
    assert [due and local_day(due.at) for due in (first, second)] == list(days[:2])
    assert first is not None
    assert first.ask == RemindOfRenewal(accreditation_id=ACCREDITATION_ID, on=days[0])
    assert RENEW.fold(second, reminded(2)) is None
    assert RENEW.fold(second, LAPSED) is None


def test_a_waiting_review_is_reminded_then_escalated_and_a_decision_lifts_both() -> None:
    for deadline, stage, days in ((REMIND, "reminder", 7), (ESCALATE, "escalation", 14)):
        due = after(deadline, (submitted(), 0))
        ask = NoteReviewOverdue(evidence_id=EVIDENCE_ID, revision=1, stage=stage, waiting_since=NOW)  # type: ignore[arg-type]  # the table of cases says it as a plain word
        assert due == Due(at=NOW + timedelta(days=days), ask=ask)
        assert after(deadline, (submitted(), 0), (RETURNED, 1)) is None
        assert after(deadline, (submitted(), 0), (APPROVED, 1)) is None
        bare = submitted().model_copy(update={"remind_at": None, "escalate_at": None})
        assert after(deadline, (bare, 0)) is None


def stall(days: float, after_days: int = 40) -> NoteStandstill:
    quiet = NOW + timedelta(days=days)
    return NoteStandstill(portfolio_id=PORTFOLIO_ID, quiet_since=quiet, after_days=after_days)


def test_a_standstill_is_counted_from_the_last_thing_that_happened_by_the_days_of_the_version() -> None:
    slow = OPENED.model_copy(update={"stalled_after_days": 40})
    assert after(STALL, (slow, 0), (DRAFTED, 3)) == Due(at=NOW + timedelta(days=43), ask=stall(3))
    assert after(STALL, (slow, 0), (submitted(), 9), (DRAFTED, 3)) == Due(at=NOW + timedelta(days=49), ask=stall(9))


def test_what_is_signed_off_waits_for_nothing_until_something_happens_again() -> None:
    slow = OPENED.model_copy(update={"stalled_after_days": 40})
    over = after(STALL, (slow, 0), (SIGNED_OFF, 5), (DRAFTED, 3))
    assert over == Due(at=NEVER, ask=stall(5))
    assert STALL.next_due(over, RETURNED, at(RETURNED, 6)) == Due(at=NOW + timedelta(days=46), ask=stall(6))
