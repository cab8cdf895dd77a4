"""Following a request: who asked is told without a name; what led to something comes before it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from deploy.ops.tracing import TracedStep, asked_by, in_order, steps_in
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.reading.parking import PARKED
from shared.chassis.refusals import REFUSALS

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def step(after: str | None, *events: str) -> TracedStep:
    return TracedStep(AT, "shoes", "commit", "s:1", "x", after, [], list(events), relayed=True)


def test_who_asked_is_told_without_a_name() -> None:
    assert asked_by("http:ann.lee:POST /v1/cohorts/c-1:open:key-1") == "POST /v1/cohorts/c-1:open"
    assert asked_by("http:ann.lee:POST /v1/cohorts:key-1") == "POST /v1/cohorts"
    assert asked_by(f"http:ann.lee:POST /v1/cohorts/c-1:open:{'0a' * 16}") == "POST /v1/cohorts/c-1:open"
    assert asked_by(f"http:ann.lee:POST /v1/care-homes:{'0a' * 16}:home-1") == "POST /v1/care-homes (reservation)"
    assert asked_by("event:0192:open_portfolio:x") == "reaction open_portfolio:x"
    assert asked_by("deadline:expire-offer:o-1:2026-01-01") == "deadline expire-offer"


def test_at_the_same_moment_what_led_to_something_comes_before_it() -> None:
    third, second, first = step("e2"), step("e1", "e2"), step("request", "e1")
    assert in_order([third, second, first]) == [first, second, third]


def test_what_led_to_something_comes_before_it_also_when_clocks_differ() -> None:
    first, late = step("request", "e1"), step("e1")
    assert in_order([replace(late, at=AT - timedelta(seconds=1)), first])[0] == first


async def test_a_reservation_comes_before_the_command_that_rests_on_it() -> None:
    store, asked = MemoryStore(), {"correlation": "c-1", "causation": "r", "relayed": True, "events": [], "revision": 1}
    decided = {"_id": "order-o:1", "stream": "order-o", "cause": "event:e:pick", "at": AT}
    reserved = {"_id": "pair-p:1", "stream": "pair-p", "cause": "event:e:pick:order-o", "at": AT + timedelta(seconds=1)}
    for commit in (decided, reserved):
        await store.insert(JOURNAL, {**asked, **commit})
    found = in_order(await steps_in(store, "shoes", "c-1"))
    assert [(each.stream, each.rests_on) for each in found] == [("pair-p:1", None), ("order-o:1", "pair-p:1")]


async def test_what_a_service_knows_is_found_by_the_id_that_everything_carries() -> None:
    store, ours = MemoryStore(), {"correlation": "c-1", "at": AT}
    commit = {"stream": "s", "revision": 1, "cause": "event:e:p", "causation": "e", "relayed": True, "events": []}
    parked = {"stream": None, "reader": "views", "code": "data", "headers": [["ce_id", b"e"]]}
    for collection, entry in ((JOURNAL, commit), (REFUSALS, {"code": "no", "stream": "s"}), (PARKED, parked)):
        await store.insert(collection, {"_id": "ours", **ours, **entry})
        await store.insert(collection, {"_id": "theirs", **ours, **entry, "correlation": "c-2", "cause": "other"})
    found = await steps_in(store, "shoes", "c-1")
    assert [(step.kind, step.stream) for step in found] == [
        ("commit", "s:1"),
        ("refused: no", "s"),
        ("parked: data", ""),
    ]
    assert found[-1].after == "e"
