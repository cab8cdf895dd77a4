"""What parking promises: what cannot be done is set aside with its stream, and everything else goes on."""

from typing import Any

import pytest

from shared.chassis.failures import TooManyRaces
from shared.chassis.reading.breaker import Breaker, TooManyParked
from shared.chassis.reading.reader import Reader
from shared.chassis.reading.replaying import Replaying
from tests.unit.chassis.reading.bench import TOPIC, Answers, Topic
from tests.unit.chassis.reading.policy_reading import Closed, paid, position


async def test_poison_holds_up_its_own_stream_only(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    poison = paid(topic, "a", 2, value=b"{")
    await reader.take([paid(topic, "a", 1), poison, paid(topic, "a", 3), paid(topic, "b", 1)])
    await reader.take([paid(topic, "a", 4), paid(topic, "b", 2)])
    assert answers.asked() == ["a.1", "b.1", "b.2"]
    assert await position(reader, "order-a") == (1, "failed")
    assert [(row["sequence"], row["kind"]) for row in await operators.parked()] == [
        (2, "unreadable"),
        (3, "behind"),
        (4, "behind"),
    ]


async def test_another_stream_of_the_same_key_flows_past_the_poison(
    reader: Reader, topic: Topic, answers: Answers
) -> None:
    await reader.take([paid(topic, "a", 1, key="shop", value=b""), paid(topic, "b", 1, key="shop")])
    assert answers.asked() == ["b.1"]


async def test_what_is_parked_keeps_its_bytes(reader: Reader, topic: Topic, operators: Replaying) -> None:
    poison = paid(topic, "a", 1, value=b"\xff\x00{")
    await reader.take([poison])
    kept = await operators.show("policies|shoes/order-a|000000000001")
    assert kept["value"] == b"\xff\x00{"
    assert [tuple(pair) for pair in kept["headers"]] == list(poison.headers)
    assert (kept["topic"], kept["partition"], kept["offset"]) == ("shoes-events", 0, 0)
    assert kept["correlation"] == "corr"


async def test_a_message_too_large_for_a_document_is_kept_as_a_file(
    reader: Reader, topic: Topic, store: Any, operators: Replaying
) -> None:
    await reader.take([paid(topic, "a", 1, value=b"x" * 5_000_000)])
    kept = await operators.show("policies|shoes/order-a|000000000001")
    assert kept["value"] is None
    assert len((await store.fetch_file(kept["file"]))[0]) == 5_000_000


async def test_a_message_of_no_stream_is_parked_by_its_place(
    reader: Reader, topic: Topic, operators: Replaying
) -> None:
    broken = paid(topic, "a", 1)
    nameless = type(broken)("shoes-events", 3, 77, b"k", b"?", (("ce_id", b"\xff"),))
    await reader.take([nameless, broken])
    assert [row["_id"] for row in await operators.parked()] == ["policies|shoes-events/3/77"]
    assert await position(reader, "order-a") == (1, None)
    await operators.discard_unplaced("policies|shoes-events/3/77", "nonsense", "ops")
    assert await operators.parked() == []


async def test_headers_that_disagree_are_unreadable(reader: Reader, topic: Topic, operators: Replaying) -> None:
    honest = paid(topic, "a", 1)
    twice = type(honest)(TOPIC, 0, 9, b"k", honest.value, (*honest.headers, ("ce_subject", b"order-z")))
    await reader.take([twice])
    assert [row["code"] for row in await operators.parked()] == ["headers disagree"]


async def test_a_refused_command_parks_its_event(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: Closed()
    await reader.take([paid(topic, "a", 1)])
    assert [(row["kind"], row["code"], row["tries"]) for row in await operators.parked()] == [("refused", "closed", 1)]


async def test_a_policy_that_fails_parks_its_event(reader: Reader, topic: Topic, operators: Replaying) -> None:
    await reader.take([paid(topic, "a", 1, amount=1313)])
    assert [row["code"] for row in await operators.parked()] == ["ZeroDivisionError"]


async def test_an_unknown_failure_is_parked_after_five_tries(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: RuntimeError("?")
    await reader.take([paid(topic, "a", 1)])
    assert len(answers.rounds) == 5
    assert [(row["kind"], row["tries"]) for row in await operators.parked()] == [("unknown", 5)]


async def test_too_many_races_are_worth_another_try(reader: Reader, topic: Topic, answers: Answers) -> None:
    races = [TooManyRaces(), TooManyRaces()]
    answers.reply = lambda _request: races.pop() if races else None
    await reader.take([paid(topic, "a", 1)])
    assert answers.asked() == ["a.1"]


async def test_one_stream_that_fails_again_and_again_does_not_stop_the_reader() -> None:
    breaker = Breaker(window=50, limit=20)
    for _ in range(50):
        breaker.note("shoes/order-a")
    assert not breaker.tripped


async def test_failures_long_ago_do_not_stop_the_reader() -> None:
    breaker = Breaker(window=50, limit=20)
    for number in range(40):
        breaker.note(f"shoes/order-{number}")
        breaker.note(None)
        breaker.note(None)
    assert not breaker.tripped


async def test_the_reader_stops_when_too_many_streams_fail(
    reader: Reader, topic: Topic, answers: Answers, operators: Replaying
) -> None:
    answers.reply = lambda _request: Closed()
    await reader.take([paid(topic, f"o{number}", 1) for number in range(19)])
    with pytest.raises(TooManyParked):
        await reader.take([paid(topic, "last", 1)])
    assert reader.stuck_on == ("too_many_parked",)
    with pytest.raises(TooManyParked):
        await reader.take([paid(topic, "other", 1)])
    assert len(answers.rounds) == 2
    assert len(await operators.parked()) == 19
