"""Who has a role where, folded from the events that a service says begin and end it."""

from datetime import date
from functools import reduce

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.standing import Standing, Tenure, standing

DAY, LATER = date(2026, 3, 1), date(2026, 4, 1)


class ClerkHired(Event):
    """A clerk works in a shop by a contract."""

    person_id: str = "ann"
    contract: str
    shop_id: str = "leeds"
    role: str = "clerk"


class ClerkLeft(ClerkHired):
    """A contract ended."""

    on: date = DAY


def working(event: ClerkHired | ClerkLeft) -> Tenure:
    last_day = event.on if isinstance(event, ClerkLeft) else None
    return Tenure(event.person_id, event.role, event.shop_id, event.contract, last_day)


VIEW = standing(working)


def folded(*events: Event) -> Standing:
    row: Standing | None = reduce(VIEW.fold, events, None)
    assert row is not None
    assert VIEW.fold(row, events[-1]) == row, "folded twice changes nothing"
    return row


def over(*events: Event, on: date = DAY, role: str = "clerk") -> frozenset[str]:
    return folded(*events).lacks(on).get(role, frozenset())


def test_the_view_reads_the_events_of_the_declaration_a_row_for_each_person() -> None:
    assert VIEW.events == (ClerkHired, ClerkLeft)
    assert VIEW.key(ClerkHired(contract="c1")) == folded(ClerkHired(contract="c1")).person_id == "ann"


def test_nobody_outside_reads_it() -> None:
    assert VIEW.read_by.internal


def test_a_role_is_over_from_its_last_day_on_and_may_begin_again() -> None:
    hired, left = ClerkHired(contract="c1"), ClerkLeft(contract="c1", on=LATER)
    assert over(hired) == frozenset()
    assert over(hired, left) == frozenset()
    assert over(hired, left, on=LATER) == {"leeds"}
    assert over(hired, left, hired, on=LATER) == frozenset()


def test_a_role_goes_on_while_one_of_its_grounds_does_in_any_order() -> None:
    first, second = ClerkLeft(contract="c1"), ClerkLeft(contract="c2", on=LATER)
    assert over(ClerkHired(contract="c2"), first) == over(first, ClerkHired(contract="c2")) == frozenset()
    assert over(first, second) == over(second, first) == frozenset()
    assert over(first, second, on=LATER) == over(second, first, on=LATER) == {"leeds"}


def test_units_and_roles_end_by_themselves() -> None:
    assert over(ClerkLeft(contract="c1"), ClerkHired(contract="c1", shop_id="york")) == {"leeds"}
    history = (ClerkLeft(contract="c1"), ClerkHired(contract="c1", role="boss"))
    assert over(*history) == {"leeds"}
    assert over(*history, role="boss") == frozenset()


def test_where_somebody_is_known_by_one_role_another_that_is_known_elsewhere_only_does_not_count() -> None:
    clerk, boss = ClerkHired(contract="c1"), ClerkHired(contract="c1", shop_id="york", role="boss")
    assert over(clerk, boss, role="boss") == over(boss, clerk, role="boss") == {"leeds"}
    assert over(clerk, boss) == {"york"}
    left = ClerkLeft(contract="c1")
    assert over(left, boss, role="boss") == {"leeds"}
    assert over(left, boss) == {"leeds", "york"}


def test_a_role_of_which_nothing_is_known_is_left_to_the_token() -> None:
    assert "boss" not in folded(ClerkHired(contract="c1"), ClerkLeft(contract="c1")).lacks(DAY)
