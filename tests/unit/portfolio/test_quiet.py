"""Which portfolios are quiet, and since when: whatever was heard first, and however often."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from services.portfolio.deadlines import STALL
from services.portfolio.domain.activity import Activity
from services.portfolio.domain.askers import SUPPORTERS
from services.portfolio.service import SERVICE
from services.portfolio.views.quiet import QUIET_PORTFOLIOS
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hints import members
from shared.events.portfolio import EvidenceMapped, PortfolioFrozen, PortfolioHandedOver, StepUnlocked
from tests.unit.portfolio.given import (
    DRAFTED,
    ENROLMENT_ID,
    EVIDENCE_ID,
    FACILITATOR,
    HOME_ID,
    OPENED,
    PORTFOLIO_ID,
    RETURNED,
    SIGNED_OFF,
    submitted,
)
from tests.unit.portfolio.test_views import START, envelope

FROZEN = PortfolioFrozen(
    portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, frozen_on=date(2026, 9, 14)
)
MAPPED = EvidenceMapped(
    evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, also_for=(), tags=("safe",), mapped_by="rep-1"
)
HANDED_OVER = PortfolioHandedOver(
    portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, lead_person_id="facilitator-2"
)


def folded(events: Sequence[tuple[int, Event]]) -> Any:
    row = None
    for day, event in events:
        row = QUIET_PORTFOLIOS.next_row(row, event, envelope(event, day))
    return row


def shown(*events: Event) -> Any:
    assert QUIET_PORTFOLIOS.present is not None
    row = folded(list(enumerate(events, start=1)))
    return QUIET_PORTFOLIOS.present(row, None, FACILITATOR)


def test_only_those_who_support_homes_look() -> None:
    assert QUIET_PORTFOLIOS.read_by == SUPPORTERS
    assert [event for event in QUIET_PORTFOLIOS.events if event.private] == []


def test_it_is_quiet_since_the_last_thing_that_happened_in_any_order_and_twice() -> None:
    told: list[tuple[int, Event]] = [(1, OPENED), (2, MAPPED), (3, DRAFTED), (4, submitted()), (5, RETURNED)]
    rows = [folded([*order, *order]) for order in permutations(told)]
    assert {row.quiet_since for row in rows} == {START + timedelta(days=5)}
    assert all(row == rows[0] for row in rows)


def test_quiet_stalled_and_revived_go_by_the_same() -> None:
    kinds = set(members(Activity))
    (revives,) = [policy for policy in SERVICE.reactions if policy.name == "when_something_happens_note_activity"]
    assert set(revives.events) == kinds
    assert kinds < set(QUIET_PORTFOLIOS.events)
    assert kinds < set(STALL.events)
    assert StepUnlocked not in {*QUIET_PORTFOLIOS.events, *STALL.events}


def test_a_hand_over_changes_who_looks_after_it_and_is_no_work_on_it() -> None:
    row = folded([(1, OPENED), (2, HANDED_OVER)])
    assert (row.lead_person_id, row.quiet_since) == ("facilitator-2", START + timedelta(days=1))
    assert folded([(1, HANDED_OVER), (2, OPENED)]).lead_person_id == "facilitator-2"


def test_it_is_listed_while_it_is_open_and_neither_frozen_nor_signed_off() -> None:
    assert shown(OPENED, MAPPED)["home_name"] == OPENED.home_name
    assert shown(DRAFTED) is None
    for ending in (FROZEN, SIGNED_OFF):
        assert shown(OPENED, ending) is None
        assert shown(ending, OPENED, DRAFTED) is None
