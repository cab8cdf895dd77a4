"""What is sent arrives: whole, in order, and at each group."""

import asyncio
from collections.abc import Sequence

from shared.chassis.ports import Message
from shared.chassis.wire import MAX_EVENT_BYTES
from tests.integration.chassis.broker.hearing import Heard, Place, reading
from tests.support.eventually import eventually


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


async def test_the_largest_records_arrive_among_little_ones_on_every_partition(place: Place) -> None:
    heard = Heard()
    writer = place.make()
    await writer.start()
    sizes = [1 if number % 3 else MAX_EVENT_BYTES for number in range(24)]
    await asyncio.gather(
        *(writer.send(place.topic, f"k{number}".encode(), b"v" * size, ()) for number, size in enumerate(sizes))
    )
    await reading(place, heard)
    await eventually(lambda: len(heard.messages) == len(sizes), "all are heard")
    assert sorted(len(value or b"") for value in heard.values) == sorted(sizes)


async def test_records_of_one_key_stay_in_order_when_many_are_sent_at_once(place: Place) -> None:
    heard = Heard()
    broker = await reading(place, heard)
    values = [str(number).encode() for number in range(300)]
    await asyncio.gather(*(broker.send(place.topic, b"k", value, ()) for value in values))
    await eventually(lambda: len(heard.messages) == 300, "all are heard")
    assert heard.values == values


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


async def test_it_answers_a_ping_and_is_healthy(place: Place) -> None:
    broker = await reading(place, Heard())
    await broker.ping()
    assert broker.healthy()
