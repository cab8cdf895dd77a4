"""The audit finds every kind of damage, and says nothing about what is sound."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.chassis.auditing import Audit, audit
from shared.chassis.commits import JOURNAL, public_events
from shared.chassis.ports import Document, Message
from shared.chassis.wire import record
from tests.support.shoe_order import PayOrder, PlaceOrder
from tests.support.shoe_works import asking, shoe_works

Damage = Callable[[list[Document], list[Message]], Any]


def as_messages(commits: list[Document]) -> list[Message]:
    rows = [record(commit, event, "/sixsteps/test/shoes") for commit in commits for event in public_events(commit)]
    return [Message("shoes-events", 0, at, row.key, row.value, row.headers) for at, row in enumerate(rows)]


async def sound() -> tuple[list[Document], list[Message]]:
    works = await shoe_works()
    for n in ("o1", "o2"):
        place = PlaceOrder(order_id=n, shop_id="s", customer_id="c", price_pence=5)
        await works.handling.handle(asking(place, f"place {n}"))
        await works.handling.handle(asking(PayOrder(order_id=n, amount_pence=5), f"pay {n}"))
    await works.relay.drain(1)
    commits = await works.store.find(JOURNAL, {}, order=[("stream", 1), ("revision", 1)])
    return commits, as_messages(commits)


async def audited(damage: Damage) -> Audit:
    commits, messages = await sound()
    damage(commits, messages)
    return audit("shoes", commits, messages)


async def test_what_is_sound_is_clean_and_counted() -> None:
    found = await audited(lambda commits, messages: None)
    assert found.clean
    assert (found.streams, found.commits, found.events, found.messages, found.waiting) == (2, 4, 4, 4, 0)


async def test_a_repeat_is_counted_and_no_violation() -> None:
    found = await audited(lambda commits, messages: messages.append(messages[0]))
    assert (found.clean, found.repeats) == (True, 1)


DAMAGES: dict[str, Damage] = {
    "nothing lost": lambda commits, messages: commits.pop(0),
    "nothing doubled": lambda commits, messages: commits[1].update(cause=commits[0]["cause"]),
    "not tampered with": lambda commits, messages: commits[1]["events"][0]["data"].update(amount_pence=1),
    "numbered without a gap": lambda commits, messages: commits[1]["events"][0].update(sequence=3),
    "one region, one key": lambda commits, messages: commits[1].update(region="south"),
    "nothing lost on the way": lambda commits, messages: messages.pop(1),
    "nothing reordered": lambda commits, messages: messages.insert(0, messages.pop(1)),
    "nothing invented": lambda commits, messages: messages.__setitem__(
        1, Message("shoes-events", 0, 1, b"s", b'{"else": 1}', messages[1].headers)
    ),
    "one partition": lambda commits, messages: messages.__setitem__(
        1, Message("shoes-events", 5, 1, b"s", messages[1].value, messages[1].headers)
    ),
    "decided": lambda commits, messages: commits.__delitem__(slice(0, 2)),
}


@pytest.mark.parametrize("promise", DAMAGES)
async def test_each_kind_of_damage_is_named(promise: str) -> None:
    found = await audited(DAMAGES[promise])
    assert promise in {violation.promise for violation in found.violations}
