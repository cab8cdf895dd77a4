"""The broker port keeps its promises, on Kafka and in memory alike."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import pytest

from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.memory import MemoryBroker, MemoryCluster
from shared.chassis.drivers.topics import Topic, create_topics, kept_for_ever
from shared.chassis.ports import Broker, Message, Rejected, Settle, Unavailable
from tests.support.eventually import eventually
from tests.support.stack import Stack

PARTITIONS = 4
NOWHERE = "127.0.0.1:1"


def options(servers: str) -> KafkaOptions:
    return KafkaOptions(servers=servers, client="test", session_seconds=6.0, send_seconds=4.0, stop_seconds=4.0)


@dataclass
class Place:
    """Somewhere brokers meet, with one topic."""

    make: Callable[[], Broker]
    topic: str
    group: str


@pytest.fixture(params=["kafka", "memory"])
async def place(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Place]:
    opened: list[Broker] = []
    topic = f"{topic_prefix}events"
    if request.param == "kafka":
        found = options(request.getfixturevalue("stack").kafka)
        await create_topics(found, [kept_for_ever(topic, PARTITIONS, 1)])
    cluster = MemoryCluster(PARTITIONS)
    cluster.create(topic)

    def make() -> Broker:
        broker: Broker = KafkaBroker(found) if request.param == "kafka" else MemoryBroker(cluster, quiet_seconds=0.2)
        opened.append(broker)
        return broker

    yield Place(make, topic, f"{topic_prefix}group")
    for broker in opened:
        await broker.stop()


class Heard:
    """Remembers what came, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[Message] = []
        self.batches = 0
        self._failures = failures

    async def __call__(self, batch: Sequence[Message]) -> None:
        self.batches += 1
        if self._failures:
            self._failures -= 1
            raise RuntimeError("not now")
        self.messages.extend(batch)

    @property
    def values(self) -> list[bytes | None]:
        return [message.value for message in self.messages]


async def reading(place: Place, heard: Heard, settle: Settle | None = None) -> Broker:
    broker = place.make()
    broker.subscribe([place.topic], place.group, heard, settle)
    await broker.start()
    return broker


async def test_a_record_arrives_byte_for_byte(place: Place) -> None:
    heard = Heard()
    headers = (("ce_id", b"1"), ("odd", b"\xff\xfe"), ("empty", b""), ("ce_id", b"2"), ("reply_to", b"evil"))
    broker = await reading(place, heard)
    await broker.send(place.topic, b"key", b"\x00{", headers)
    await broker.send(place.topic, b"key", None, ())
    await eventually(lambda: len(heard.messages) == 2, "both are heard")
    first, second = heard.messages
    assert (first.topic, first.key, first.value, first.headers) == (place.topic, b"key", b"\x00{", headers)
    assert (second.key, second.value, second.headers) == (b"key", None, ())
    assert (second.partition, second.offset) == (first.partition, first.offset + 1)


async def test_a_new_group_reads_from_the_very_beginning(place: Place) -> None:
    heard = Heard()
    writer = place.make()
    await writer.start()
    await writer.send(place.topic, b"k", b"early", ())
    await reading(place, heard)
    await eventually(lambda: heard.values == [b"early"], "what came early is heard")


async def test_records_of_one_key_stay_in_order_when_many_are_sent_at_once(place: Place) -> None:
    heard = Heard()
    broker = await reading(place, heard)
    values = [str(number).encode() for number in range(300)]
    await asyncio.gather(*(broker.send(place.topic, b"k", value, ()) for value in values))
    await eventually(lambda: len(heard.messages) == 300, "all are heard")
    assert heard.values == values


async def test_a_failed_batch_comes_again_and_nothing_is_skipped(place: Place) -> None:
    heard = Heard(failures=3)
    broker = await reading(place, heard)
    values = [str(number).encode() for number in range(20)]
    await asyncio.gather(*(broker.send(place.topic, value, value, ()) for value in values))
    await eventually(lambda: set(heard.values) == set(values), "all keys are heard")
    await broker.send(place.topic, b"k", b"later", ())
    await eventually(lambda: b"later" in heard.values, "what came later is heard")
    assert heard.batches >= 4


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


class Settled:
    """Notes how much was taken each time that it was asked to settle, and fails as long as it is told to."""

    def __init__(self, heard: Heard, *, fails: bool = False) -> None:
        self.taken: list[int] = []
        self.fails = fails
        self._heard = heard

    async def __call__(self) -> None:
        self.taken.append(len(self._heard.messages))
        if self.fails:
            raise RuntimeError("not now")


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
    heard = Heard()
    settled = Settled(heard)
    broker = await reading(place, heard, settled)
    for number in range(4):
        await broker.send(place.topic, b"k", b"v", ())
        await eventually(lambda: len(heard.messages) == number + 1, "it has come")  # noqa: B023 - awaited at once
    await eventually(lambda: settled.taken[-1:] == [4], "all are settled")
    assert len(settled.taken) < heard.batches


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


async def test_who_gives_partitions_up_settles_before(place: Place) -> None:
    left, right = Heard(), Heard()
    settled = Settled(left)
    first = await reading(place, left, settled)
    if isinstance(first, MemoryBroker):
        return  # it lets partitions change hands without a word: what was not settled comes again
    for number in range(20):
        await first.send(place.topic, str(number).encode(), str(number).encode(), ())
    await eventually(lambda: len(left.messages) == 20, "all are taken")
    second = await reading(place, right, Settled(right))
    await eventually(lambda: bool(settled.taken), "the first has settled")
    for number in range(20, 40):
        await second.send(place.topic, str(number).encode(), str(number).encode(), ())
    await eventually(lambda: len({*left.values, *right.values}) == 40, "all are taken by one of them")
    assert settled.taken[0] == 20
    assert len(left.messages) + len(right.messages) == 40


async def test_two_members_of_a_group_share_the_partitions(place: Place) -> None:
    left, right = Heard(), Heard()
    first = await reading(place, left)
    await reading(place, right)
    sent = 0

    async def both_hear_one_more() -> bool:
        nonlocal sent
        await first.send(place.topic, str(sent).encode(), str(sent).encode(), ())
        sent += 1
        return bool(left.messages and right.messages)

    await eventually(both_hear_one_more, "both members have a part")
    await eventually(lambda: len(set(left.values) | set(right.values)) == sent, "both together heard all")


async def test_two_groups_each_get_everything(place: Place) -> None:
    left, right = Heard(), Heard()
    broker = place.make()
    broker.subscribe([place.topic], f"{place.group}-1", left)
    broker.subscribe([place.topic], f"{place.group}-2", right)
    await broker.start()
    await broker.send(place.topic, b"k", b"one", ())
    await eventually(lambda: left.values == right.values == [b"one"], "each group heard it")


async def test_the_lag_counts_what_is_not_done_with(place: Place) -> None:
    gate = asyncio.Event()
    taken = Heard()

    async def slow(batch: Sequence[Message]) -> None:
        await gate.wait()
        await taken(batch)

    broker = place.make()
    broker.subscribe([place.topic], place.group, slow)
    await broker.start()
    assert await broker.lag(place.group) == 0
    for number in range(5):
        await broker.send(place.topic, str(number).encode(), b"v", ())
    assert await broker.lag(place.group) == 5
    gate.set()

    async def done_with() -> bool:
        return not await broker.lag(place.group)

    await eventually(done_with, "the lag is gone")
    assert len(taken.messages) == 5


async def test_all_that_lies_on_a_topic_can_be_read_without_a_group(place: Place) -> None:
    broker = place.make()
    await broker.start()
    values = {str(number).encode() for number in range(30)}
    await asyncio.gather(*(broker.send(place.topic, value, value, (("n", value),)) for value in values))
    found = [message async for message in broker.read_all(place.topic)]
    assert {message.value for message in found} == values
    assert [message.partition for message in found] == sorted(message.partition for message in found)
    assert all(message.headers == (("n", message.value),) for message in found)


async def test_an_unknown_topic_is_refused_for_good(place: Place) -> None:
    broker = place.make()
    await broker.start()
    with pytest.raises(Rejected):
        await broker.send(f"{place.topic}-nobody-made", b"k", b"v", ())
    await broker.send(place.topic, b"k", b"v", ())


async def test_nothing_is_sent_before_the_start_nor_after_the_stop(place: Place) -> None:
    broker = place.make()
    with pytest.raises(Unavailable):
        await broker.send(place.topic, b"k", b"v", ())
    await broker.start()
    await broker.send(place.topic, b"k", b"v", ())
    await broker.stop()
    with pytest.raises(Unavailable):
        await broker.send(place.topic, b"k", b"v", ())


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
    await asyncio.sleep(0)
    gate.set()
    await stopping
    second = await reading(place, again)
    await second.send(place.topic, b"k", b"two", ())
    await eventually(lambda: len(again.messages) > 0, "the next process hears")
    assert again.values == [b"two"]


async def test_it_answers_a_ping_and_is_healthy(place: Place) -> None:
    broker = await reading(place, Heard())
    await broker.ping()
    assert broker.healthy()


async def test_too_large_a_record_is_refused_and_the_next_goes_through(stack: object, place: Place) -> None:
    broker = place.make()
    if isinstance(broker, MemoryBroker):
        return
    await broker.start()
    with pytest.raises(Rejected):
        await broker.send(place.topic, b"k", b"x" * 1_100_000, ())
    await broker.send(place.topic, b"k", b"x" * 900_000, ())


async def test_after_the_broker_refused_a_record_the_next_goes_through(stack: Stack, topic_prefix: str) -> None:
    topic = Topic(f"{topic_prefix}narrow", 1, 1, {"max.message.bytes": "1000"})
    await create_topics(options(stack.kafka), [topic])
    broker = KafkaBroker(options(stack.kafka))
    await broker.start()
    await broker.send(topic.name, b"k", b"small", ())
    with pytest.raises(Rejected):
        await broker.send(topic.name, b"k", b"x" * 5_000, ())
    await broker.send(topic.name, b"k", b"small", ())
    await broker.stop()


async def test_a_broker_that_is_away_is_told_within_seconds_and_may_be_tried_again() -> None:
    broker = KafkaBroker(options(NOWHERE))
    broker.subscribe(["t"], "g", Heard())
    for _ in range(2):
        with pytest.raises(Unavailable):
            await asyncio.wait_for(broker.start(), 10)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(broker.send("t", b"k", b"v", ()), 10)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(broker.ping(), 10)
    assert broker.healthy()
    await asyncio.wait_for(broker.stop(), 10)
