"""Who stops finishes what is begun, and the next process goes on from there."""

import asyncio
from collections.abc import Sequence

from shared.chassis.ports import Message
from tests.integration.chassis.broker.hearing import Heard, Place, Settled, reading
from tests.support.eventually import eventually

AT_ONCE_SECONDS = 0.2
"""Long enough for a stop that waits for nothing; with a batch that runs it takes as long as the batch."""


async def test_what_is_done_does_not_come_again_after_a_restart(place: Place) -> None:
    before, after = Heard(), Heard()
    broker = await reading(place, before)
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: before.values == [b"one"], "the first is heard")
    await broker.stop()
    second = await reading(place, after)
    await second.send(place.topic, b"k", b"two", ())
    await eventually(lambda: len(after.messages) > 0, "the next process hears")
    assert after.values == [b"two"]


async def test_what_failed_comes_again_after_a_restart(place: Place) -> None:
    before, after = Heard(failures=1_000_000), Heard()
    broker = await reading(place, before)
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: before.batches > 0, "a batch is begun")
    await broker.stop()
    await reading(place, after)
    await eventually(lambda: after.values == [b"one"], "the next process hears the first")


async def test_stopping_settles_what_was_taken(place: Place) -> None:
    before, after = Heard(), Heard()
    broker = await reading(place, before, Settled(before))
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: before.values == [b"one"], "one is taken")
    await broker.stop()
    second = await reading(place, after)
    await second.send(place.topic, b"k", b"two", ())
    await eventually(lambda: len(after.messages) > 0, "the next process hears something")
    assert after.values == [b"two"]


async def test_stopping_lets_a_running_batch_finish(place: Place) -> None:
    gate, running, again = asyncio.Event(), asyncio.Event(), Heard()

    async def slow(batch: Sequence[Message]) -> None:
        running.set()
        await gate.wait()

    broker = place.make()
    broker.subscribe([place.topic], place.group, slow)
    await broker.start()
    await broker.send(place.topic, b"k", b"one", ())
    await running.wait()
    stopping = asyncio.create_task(broker.stop())
    stopped, _ = await asyncio.wait({stopping}, timeout=AT_ONCE_SECONDS)
    assert not stopped, "it did not wait for the batch"
    gate.set()
    await stopping
    second = await reading(place, again)
    await second.send(place.topic, b"k", b"two", ())
    await eventually(lambda: len(again.messages) > 0, "the next process hears")
    assert again.values == [b"two"]
