import asyncio
from datetime import timedelta

import pytest

from shared.chassis.cards.owner import CARDS
from shared.chassis.cards.relay import SETTLED, TURN
from shared.chassis.cards.wire import read_record
from shared.chassis.ports import Document, Message, Rejected, Unavailable
from tests.unit.chassis.cards.stage import ANN, BEN, Crash, Gate, Shop, Topic, quietly


async def kept(shop: Shop) -> Document:
    return (await shop.store.get(CARDS, ["p1"]))["p1"]


def revisions(messages: list[Message]) -> list[int]:
    return [read_record(message).revision for message in messages]


async def crash() -> None:
    raise Crash


async def unavailable() -> None:
    raise Unavailable


async def test_a_card_goes_to_the_topic_sealed_with_its_region_and_revision() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    assert await relay.send_woken()
    record = read_record(shop.topic.records[0])
    assert (record.person_id, record.region, record.revision) == ("p1", "north", 1)
    assert not [value for value in ANN.values() if value.encode() in (record.sealed or b"")]
    assert (await kept(shop))["relayed_revision"] == 1
    assert await relay.unrelayed() == 0


async def test_what_is_relayed_is_not_sent_again() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    await relay.send_woken()
    await owner.put("p1", ANN, "north")
    await relay.send_woken()
    await relay.sweep()
    assert revisions(shop.topic.records) == [1]


async def test_an_erased_card_is_a_tombstone_with_a_region_and_a_revision() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    await owner.erase("p1", "north")
    await relay.send_woken()
    record = read_record(shop.topic.compacted()[0])
    assert (record.sealed, record.region, record.revision) == (None, "north", 2)


async def test_a_sweep_finds_what_a_crash_between_state_and_publish_left_behind() -> None:
    shop = Shop()
    owner, _ = shop.process()
    await owner.put("p1", ANN, "north")
    _, after_restart = shop.process()
    assert await after_restart.sweep()
    assert revisions(shop.topic.records) == [1]


async def test_a_crash_between_publish_and_mark_repeats_the_same_card_when_the_turn_is_over() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    shop.topic.after = crash
    with pytest.raises(Crash):
        await relay.send_woken()
    shop.topic.after = quietly
    _, after_restart = shop.process()
    await after_restart.sweep()
    assert revisions(shop.topic.records) == [1]
    shop.clock.time += TURN
    await after_restart.sweep()
    assert revisions(shop.topic.records) == [1, 1]
    assert await after_restart.unrelayed() == 0


async def test_a_turn_of_who_is_gone_ends_although_the_clock_was_set_back() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    shop.topic.after = crash
    with pytest.raises(Crash):
        await relay.send_woken()
    shop.topic.after = quietly
    shop.clock.time -= timedelta(days=1)
    _, after_restart = shop.process()
    for passed in (0.0, TURN.total_seconds() - 1):
        shop.clock.passed = passed
        await after_restart.sweep()
    assert revisions(shop.topic.records) == [1]
    shop.clock.passed = TURN.total_seconds()
    await after_restart.sweep()
    assert revisions(shop.topic.records) == [1, 1]
    assert await after_restart.unrelayed() == 0


async def test_a_turn_is_measured_from_its_own_beginning() -> None:
    shop = Shop()
    gates = [Gate(), Gate()]
    owner, relay = shop.process()
    _, first = shop.process(Topic(shop.topic.records, before=gates[0]))
    _, second = shop.process(Topic(shop.topic.records, before=gates[1]))
    await owner.put("p1", ANN, "north")
    slow = asyncio.create_task(first.sweep())
    await gates[0].reached.wait()
    await relay.sweep()
    shop.clock.time += TURN
    other = asyncio.create_task(second.sweep())
    await gates[1].reached.wait()
    shop.clock.time, shop.clock.passed = shop.clock.time - TURN, TURN.total_seconds()
    await relay.sweep()
    assert shop.topic.records == []
    for gate in gates:
        gate.open()
    await asyncio.gather(slow, other)
    assert set(revisions(shop.topic.records)) == {1}


async def test_after_a_failed_send_the_same_process_tries_again_at_once() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    shop.topic.before = unavailable
    assert not await relay.send_woken()
    shop.topic.before = quietly
    assert await relay.sweep()
    assert revisions(shop.topic.records) == [1]


async def test_a_card_written_while_it_is_sent_is_sent_again() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")

    async def write_meanwhile() -> None:
        shop.topic.after = quietly
        await owner.put("p1", BEN, "north")

    shop.topic.after = write_meanwhile
    await relay.send_woken()
    assert revisions(shop.topic.records) == [1, 2]
    assert (await kept(shop))["relayed_revision"] == 2


async def test_a_later_revision_waits_for_the_one_that_another_process_is_sending() -> None:
    shop = Shop()
    gate = Gate()
    slow = Topic(shop.topic.records, before=gate)
    slow_owner, slow_relay = shop.process(slow)
    owner, relay = shop.process()
    await slow_owner.put("p1", ANN, "north")
    sending = asyncio.create_task(slow_relay.send_woken())
    await gate.reached.wait()
    await owner.erase("p1", "north")
    await relay.send_woken()
    gate.open()
    await sending
    assert revisions(shop.topic.records) == [1, 2]
    assert shop.topic.compacted()[0].value is None
    assert await relay.unrelayed() == 0


async def test_a_send_that_lands_after_its_turn_cannot_bring_an_erased_card_back() -> None:
    shop = Shop()
    gate = Gate()
    slow = Topic(shop.topic.records, before=gate)
    slow_owner, slow_relay = shop.process(slow)
    owner, relay = shop.process()
    await slow_owner.put("p1", ANN, "north")
    sending = asyncio.create_task(slow_relay.send_woken())
    await gate.reached.wait()
    shop.clock.time += TURN + timedelta(seconds=1)
    await owner.erase("p1", "north")
    await relay.send_woken()
    gate.open()
    await sending
    assert revisions(shop.topic.records) == [2, 1, 2]
    assert shop.topic.compacted()[0].value is None


async def test_a_working_relay_sends_what_it_is_woken_for_and_what_it_finds() -> None:
    shop = Shop()
    owner, _ = shop.process()
    await owner.put("p0", BEN, "north")
    owner, relay = shop.process()
    both_landed = asyncio.Event()

    async def count() -> None:
        if len(shop.topic.records) == 2:
            both_landed.set()

    shop.topic.after = count
    running = asyncio.create_task(relay.run())
    await owner.put("p1", ANN, "north")
    async with asyncio.timeout(5):
        await both_landed.wait()
    running.cancel()
    assert {message.key for message in shop.topic.records} == {b"p0", b"p1"}


async def test_a_working_relay_goes_on_after_the_broker_was_away() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    landed, failures = asyncio.Event(), iter(range(3))

    async def away_three_times() -> None:
        if next(failures, None) is not None:
            raise Unavailable

    async def tell() -> None:
        landed.set()

    shop.topic.before, shop.topic.after = away_three_times, tell
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(5):
        await landed.wait()
    running.cancel()
    assert revisions(shop.topic.records) == [1]


async def test_every_last_value_is_said_once_more_when_it_has_settled() -> None:
    shop = Shop()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    await owner.erase("p1", "north")
    await relay.send_woken()
    await relay.sweep()
    assert revisions(shop.topic.records) == [2]
    shop.clock.time += SETTLED
    await relay.sweep()
    shop.clock.time += SETTLED
    await relay.sweep()
    assert revisions(shop.topic.records) == [2, 2]
    assert await relay.unrelayed() == 0


async def test_one_card_that_cannot_be_sent_keeps_no_other_back() -> None:
    shop = Shop()
    owner, relay = shop.process()
    for person_id in ("p1", "p2"):
        await owner.put(person_id, ANN, "north")
    attempts = iter([Rejected()])

    async def reject_the_first() -> None:
        for failure in attempts:
            raise failure

    shop.topic.before = reject_the_first
    assert not await relay.send_woken()
    assert len(shop.topic.records) == 1
    assert await relay.unrelayed() == 1
    assert await relay.sweep()
    assert {message.key for message in shop.topic.records} == {b"p1", b"p2"}


async def test_a_working_relay_sweeps_although_it_is_woken_all_the_time() -> None:
    shop = Shop()
    crashed, _ = shop.process()
    owner, relay = shop.process()
    await owner.put("p1", ANN, "north")
    landed = iter(range(1000))

    async def leave_one_behind_and_wake() -> None:
        if next(landed) == 0:
            await crashed.put("p0", BEN, "north")

    shop.topic.after = leave_one_behind_and_wake
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(5):
        while len(shop.topic.records) < 2:
            relay.wake("p1")
            await asyncio.sleep(0)
    running.cancel()
    assert shop.topic.records[1].key == b"p0"
