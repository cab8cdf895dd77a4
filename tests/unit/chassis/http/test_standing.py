"""A token is not believed where the service knows that its bearer's role has ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared.chassis.declarations.access import may
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.standing import Standing
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.http.reach import _still
from shared.chassis.http.standing import StandingAuthenticator, with_standing
from tests.support.scenario import NOW
from tests.support.shoe_shop import SHOES
from tests.support.shoe_works import SetClock
from tests.unit.chassis.test_tenures import VIEW

CLERK = Actor(kind="person", id="ann", roles=frozenset({"clerk"}), units=frozenset({"leeds", "york"}))
CLERKS, EITHER = may("clerk", within="unit"), may("clerk", "boss", within="unit")


class Believing:
    async def actor(self, authorization: str | None) -> Actor | None:
        return CLERK if authorization else None


async def seen(last_days: Mapping[str, date], now: datetime = NOW, zone: str = "UTC") -> Actor:
    store = MemoryStore()
    if last_days:
        units = {unit: {"contract": day} for unit, day in last_days.items()}
        row = Standing(person_id="ann", tenures={"clerk": units}).model_dump(mode="json")
        await store.insert("view_standing", {"_id": "ann", "row": row})
    watched = with_standing(Believing(), replace(SHOES, standing=VIEW, zone=zone), store, SetClock(now))
    assert await watched.actor(None) is None
    found = await watched.actor("Bearer x")
    assert found is not None
    return found


async def test_a_role_that_ended_reaches_its_unit_no_more_from_the_day_on() -> None:
    today, tomorrow = NOW.date(), NOW.date().replace(day=NOW.day + 1)
    actor = await seen({"leeds": today, "york": tomorrow})
    assert _still(actor, CLERKS).units == {"york"}


async def test_a_day_begins_when_the_calendar_of_the_service_says_so() -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    late = datetime.combine(NOW, time(23, 30), UTC)
    assert _still(await seen({"leeds": tomorrow}, late), CLERKS).units == CLERK.units
    assert _still(await seen({"leeds": tomorrow}, late, "Europe/Paris"), CLERKS).units == {"york"}


async def test_who_left_one_unit_is_not_let_in_again_by_the_role_that_they_have_in_another() -> None:
    store = MemoryStore()
    left, holds = {"leeds": {"contract": NOW.date()}}, {"york": {"contract": None}}
    row = Standing(person_id="ann", tenures={"clerk": left, "boss": holds}).model_dump(mode="json")
    await store.insert("view_standing", {"_id": "ann", "row": row})
    actor = await StandingAuthenticator(Believing(), "view_standing", store, SetClock(NOW)).actor("Bearer x")
    assert actor is not None
    both = actor.model_copy(update={"roles": frozenset({"clerk", "boss"})})
    assert _still(both, EITHER).units == {"york"}


async def test_who_is_not_known_is_believed() -> None:
    actor = await seen({})
    assert _still(actor, CLERKS) == actor == CLERK


@pytest.mark.parametrize(("roles", "left"), [({"clerk"}, {"york"}), ({"clerk", "boss"}, {"leeds", "york"})])
def test_another_role_that_goes_on_keeps_the_unit_open(roles: set[str], left: set[str]) -> None:
    lacks = {"clerk": frozenset({"leeds"})}
    actor = CLERK.model_copy(update={"roles": frozenset(roles), "lacks": lacks})
    assert _still(actor, EITHER).units == left


def test_who_may_look_everywhere_keeps_the_units_of_the_token() -> None:
    actor = CLERK.model_copy(update={"lacks": {"clerk": frozenset({"leeds"})}})
    assert _still(actor, may("auditor")).units == CLERK.units
