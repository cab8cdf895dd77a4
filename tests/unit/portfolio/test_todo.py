"""What a home has to do: the open requirements of its unlocked steps, how each stands, and how far the home is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen
from services.portfolio.domain.renewal_state import Renewal
from services.portfolio.domain.requirements import Requirements
from services.portfolio.queries.progress import PortfolioQuestion
from services.portfolio.queries.todo import Todo, todo
from services.portfolio.views.evidence import EvidenceRow
from shared.chassis.declarations.state import State, replace
from shared.events.values import Requirement
from tests.unit.portfolio.given import PORTFOLIO_ID, REQUIREMENTS, TODAY, VERSION_ID, opened

FIVE = tuple(Requirement(key=f"s1-{number}", step="S1", title=f"The home's paper {number}") for number in range(1, 6))
ADVISED = Requirement(key="s1-advised", step="S1", title="A reflection", essential=False)
LATER = Requirement(key="s2-later", step="S2", title="For another day")
ASKED = replace(REQUIREMENTS, requirements=(*FIVE, ADVISED, LATER))
START = replace(opened.state, steps=frozenset({"S1"}))
TWO_DONE = replace(START, approved={"s1-1": "item-1"}, excepted=frozenset({"s1-2"}))
ALL = frozenset(each.key for each in ASKED.requirements)


def item(key: str, status: Any, **more: Any) -> EvidenceRow:
    return EvidenceRow(
        evidence_id=f"{key}-{status}", portfolio_id=PORTFOLIO_ID, requirement_key=key, status=status, **more
    )


class Desk:
    """The tools of a query, over one portfolio and its items."""

    def __init__(self, portfolio: Portfolio, rows: Sequence[EvidenceRow]) -> None:
        self.known: dict[tuple[type[State], str], State] = {
            (Portfolio, PORTFOLIO_ID): portfolio,
            (Requirements, VERSION_ID): ASKED,
        }
        self.items = rows

    async def look(self, state: type[State], thing_id: str) -> Any:
        return self.known.get((state, thing_id))

    async def rows(self, view: Any, **equal: str) -> Sequence[EvidenceRow]:
        assert (view.path, equal) == ("evidence", {"portfolio_id": PORTFOLIO_ID})
        return self.items


async def seen(portfolio: Portfolio, *rows: EvidenceRow) -> Todo:
    return await todo(PortfolioQuestion(portfolio_id=PORTFOLIO_ID), Desk(portfolio, rows))  # type: ignore[arg-type]  # a stand-in for the tools


def keys(found: Todo) -> list[str]:
    return [each.requirement_key for each in found.items]


async def test_two_of_five_are_forty_percent_and_the_rest_is_on_the_list() -> None:
    found = await seen(TWO_DONE)
    assert (found.done, found.needed, found.percent, found.steps) == (2, 5, 40, ("S1",))
    assert keys(found) == ["s1-3", "s1-4", "s1-5", "s1-advised"]
    assert [each.essential for each in found.items] == [True, True, True, False]
    assert {each.state for each in found.items} == {"nothing-yet"}
    assert (found.items[0].title, found.items[0].step) == ("The home's paper 3", "S1")


async def test_a_part_of_a_percent_is_not_rounded_up_to_all() -> None:
    found = await seen(replace(START, excepted=frozenset({"s1-1"}), steps=frozenset({"S1", "S2"})))
    assert (found.done, found.needed, found.percent) == (1, 6, 16)


async def test_nothing_is_to_do_for_a_step_that_is_locked() -> None:
    found = await seen(replace(START, steps=frozenset()))
    assert (found.items, found.steps, found.needed, found.percent) == ((), (), 0, 100)


async def test_each_requirement_shows_its_item_and_the_one_that_is_furthest_counts() -> None:
    found = await seen(
        START,
        item("s1-1", "draft"),
        item("s1-2", "returned", due_on=date(2026, 10, 1)),
        item("s1-3", "draft"),
        item("s1-3", "returned"),
        item("s1-3", "submitted", also_for=("s1-4",)),
    )
    stands = {each.requirement_key: (each.state, each.evidence_id) for each in found.items}
    assert stands == {
        "s1-1": ("draft", "s1-1-draft"),
        "s1-2": ("returned", "s1-2-returned"),
        "s1-3": ("handed-in", "s1-3-submitted"),
        "s1-4": ("handed-in", "s1-3-submitted"),
        "s1-5": ("nothing-yet", None),
        "s1-advised": ("nothing-yet", None),
    }
    assert found.items[1].due_on == date(2026, 10, 1)
    assert found.percent == 0


async def test_what_is_approved_never_reads_as_nothing_before_its_slot_has_heard_of_it() -> None:
    found = await seen(START, item("s1-1", "approved"), item("s1-1", "draft"))
    assert (found.items[0].state, found.items[0].evidence_id) == ("approved", "s1-1-approved")


async def test_a_home_that_left_has_nothing_to_do() -> None:
    found = await seen(replace(TWO_DONE, frozen_on=TODAY))
    assert (found.items, found.percent) == ((), 40)


async def test_after_the_sign_off_only_a_reopened_slot_is_to_do() -> None:
    signed = replace(START, excepted=ALL - {"s1-advised"}, signed_off_on=TODAY)
    assert (await seen(signed)).items == ()
    reopened = replace(signed, excepted=signed.excepted - {"s1-2"}, reopened=frozenset({"s1-2"}))
    found = await seen(reopened)
    assert (keys(found), found.done, found.needed) == (["s1-2"], 4, 5)


async def test_a_renewal_asks_again_for_what_is_renewable_and_no_earlier_item_counts() -> None:
    renewal = Renewal(cycle=1, asked=frozenset({"s1-1", "s1-advised"}), renewed={"s1-advised": "fresh"})
    earlier = {"s1-1": "s1-1-approved"}
    portfolio = replace(START, excepted=ALL, approved=earlier, signed_off_on=TODAY, renewal=renewal)
    found = await seen(portfolio, item("s1-1", "approved"))
    assert [(each.requirement_key, each.essential, each.state) for each in found.items] == [
        ("s1-1", True, "nothing-yet")
    ]
    assert (found.done, found.needed, found.percent) == (1, 2, 50)


async def test_there_is_no_list_before_the_portfolio_opens() -> None:
    with pytest.raises(PortfolioNotOpen):
        await seen(replace(START, opened=False))
