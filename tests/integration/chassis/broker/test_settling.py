"""What failed or could not be settled comes again; what is settled does not."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.ports import Message
from tests.integration.chassis.broker.hearing import Heard, Place, Settled, reading
from tests.support.eventually import eventually


async def test_a_failed_batch_comes_again_and_nothing_is_skipped(place: Place) -> None:
    heard = Heard(failures=3)
    broker = await reading(place, heard)
    values = [str(number).encode() for number in range(20)]
    await asyncio.gather(*(broker.send(place.topic, value, value, ()) for value in values))
    await eventually(lambda: set(heard.values) == set(values), "all keys are heard")
    await broker.send(place.topic, b"k", b"later", ())
    await eventually(lambda: b"later" in heard.values, "what came later is heard")
    assert heard.batches >= 4


async def test_what_was_taken_and_not_settled_comes_again_after_a_restart(place: Place) -> None:
    before, after = Heard(), Heard()
    settled = Settled(before, fails=True)
    broker = await reading(place, before, settled)
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: settled.taken[-1:] == [1], "it was asked to settle")
    assert await broker.lag(place.group) == 1
    await broker.stop()
    await reading(place, after)
    await eventually(lambda: after.values == [b"one"], "it comes again")
    assert before.values == [b"one"]


async def test_what_could_not_be_settled_is_settled_later(place: Place) -> None:
    heard = Heard()
    settled = Settled(heard, fails=True)
    broker = await reading(place, heard, settled)
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: settled.taken[-1:] == [1], "it was asked to settle")
    settled.fails = False

    async def done() -> bool:
        return await broker.lag(place.group) == 0

    await eventually(done, "the offset is at the end")
    assert heard.values == [b"one"]


async def test_several_batches_are_settled_together(place: Place) -> None:
    heard, begun, gate = Heard(), asyncio.Event(), asyncio.Event()
    settled, broker = Settled(heard), place.make()

    async def held(batch: Sequence[Message]) -> None:
        begun.set()
        await gate.wait()
        await heard(batch)

    broker.subscribe([place.topic], place.group, held, settled)
    await broker.start()
    await broker.send(place.topic, b"k", b"v", ())
    await eventually(begun.is_set, "the first has come")
    for _ in range(3):
        await broker.send(place.topic, b"k", b"v", ())
    gate.set()  # the next batch is there already: no pause in which to settle the first
    await eventually(lambda: settled.taken[-1:] == [4], "all are settled")
    assert len(settled.taken) < heard.batches


@pytest.mark.parametrize("place", ["kafka"], indirect=True)
async def test_who_gives_partitions_up_settles_before(place: Place) -> None:
    """In memory they change hands without a word: what was not settled comes again."""
    left, right = Heard(), Heard()
    settled, first = Settled(left), place.make()
    assert isinstance(first, KafkaBroker)

    async def settle() -> None:
        """Fail while the reader is at rest: it settles then too, and nothing would be left to be settled."""
        settled.fails = not first._readers[0]._hurry.is_set()
        await settled()

    first.subscribe([place.topic], place.group, left, settle)
    await first.start()
    for number in range(20):
        await first.send(place.topic, str(number).encode(), str(number).encode(), ())
    await eventually(lambda: len(left.messages) == 20, "all are taken")
    second = await reading(place, right, Settled(right))
    for number in range(20, 40):
        await second.send(place.topic, str(number).encode(), str(number).encode(), ())
    await eventually(lambda: len({*left.values, *right.values}) == 40, "all are taken by one of them")
    assert len(left.messages) + len(right.messages) == 40
