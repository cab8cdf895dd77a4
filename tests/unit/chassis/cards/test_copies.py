import random
from collections.abc import Sequence

import pytest

from shared.chassis.cards.copies import COPIES, CardCopies
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.wire import CardRecord
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.ports import Message, OnBatch, Settle
from tests.unit.chassis.cards.stage import ANN, BEN, BOOK, NEW_KEY, OLD_KEY, RING, TOPIC, Shop, copies


async def history(*, erased: bool = True) -> list[Message]:
    """Ann's card, then Ben's name on it, then nothing more."""
    shop = Shop()
    owner, relay = shop.process()
    for card in (ANN, BEN):
        await owner.put("p1", card, "north")
        await relay.send_woken()
    if erased:
        await owner.erase("p1", "north")
        await relay.send_woken()
    return shop.topic.records


def message(record: CardRecord) -> Message:
    return Message(TOPIC, 0, 0, record.key, record.sealed, record.headers)


async def test_the_last_card_is_kept_and_read() -> None:
    mail = copies()
    await mail.on_batch(await history(erased=False))
    assert await mail.get(["p1", "p2"]) == {"p1": BEN}
    assert await mail.holds("p1")


async def test_a_card_is_read_only_within_its_region() -> None:
    mail = copies()
    await mail.on_batch(await history(erased=False))
    assert await mail.get(["p1"], {"north"}) == {"p1": BEN}
    assert await mail.get(["p1"], {"south"}) == {}
    assert await mail.get([]) == {}


async def test_an_earlier_revision_that_comes_late_changes_nothing() -> None:
    mail = copies()
    first, second, _ = await history()
    await mail.on_batch([second])
    await mail.on_batch([first])
    assert await mail.get(["p1"]) == {"p1": BEN}


async def test_a_tombstone_wins_whatever_comes_after_it() -> None:
    store = MemoryStore()
    mail = copies(store=store)
    first, second, tombstone = await history()
    await mail.on_batch([tombstone])
    await mail.on_batch([first, second])
    assert await mail.get(["p1"]) == {}
    assert not await mail.holds("p1")
    kept = (await store.get(COPIES, ["p1"]))["p1"]
    assert kept == {"_id": "p1", "region": "north", "revision": 3, "sealed": None, "erased": True}


@pytest.mark.parametrize("seed", range(20))
async def test_any_order_with_any_repeats_comes_to_the_same_end(seed: int) -> None:
    chance = random.Random(seed)
    mail = copies()
    shuffled = [message for message in await history() for _ in range(chance.randint(1, 3))]
    chance.shuffle(shuffled)
    while shuffled:
        size = chance.randint(1, 3)
        await mail.on_batch(shuffled[:size])
        shuffled = shuffled[size:]
    assert not await mail.holds("p1")


async def test_nothing_stands_in_clear_in_the_copies() -> None:
    store = MemoryStore()
    await copies(store=store).on_batch((await history())[:1])
    everything = repr(await store.find(COPIES, {}))
    assert not [value for value in ANN.values() if value in everything]


async def test_what_cannot_be_read_is_passed_by_and_stops_nobody() -> None:
    mail = copies()
    good = (await history(erased=False))[-1]
    region, revision = good.headers
    broken = [
        Message(TOPIC, 0, 1, None, good.value, good.headers),
        Message(TOPIC, 0, 2, b"\xff", good.value, good.headers),
        Message(TOPIC, 0, 3, b"p1" * 500, good.value, good.headers),
        Message(TOPIC, 0, 4, b"p1", good.value, ()),
        Message(TOPIC, 0, 5, b"p1", good.value, (region, ("revision", b"-9"))),
        Message(TOPIC, 0, 6, b"p1", good.value, (region, ("revision", b"9" * 40))),
        Message(TOPIC, 0, 7, b"p1", good.value, (("region", b"south"), revision)),
        Message(TOPIC, 0, 8, b"p1", b"name: Ann", (region, ("revision", b"99"))),
        Message(TOPIC, 0, 9, b"p9", b"", good.headers),
        message(CardRecord("p9", "north", 1, RING.seal(b"[]", "p9\x1fnorth\x1f1"))),
        message(CardRecord("p9", "north", 1, RING.seal(b"\xff", "p9\x1fnorth\x1f1"))),
        good,
    ]
    await mail.on_batch(broken)
    assert await mail.get(["p1", "p9"], {"north"}) == {"p1": BEN}
    assert not await mail.holds("p9")


async def test_what_cannot_be_read_is_counted() -> None:
    counted: list[tuple[str, int]] = []
    mail = CardCopies(BOOK, "mail", MemoryStore(), RING, lambda *trouble: counted.append(trouble))
    await mail.on_batch([Message(TOPIC, 0, 1, None, b"x", ())])
    assert counted == [("person-id", 1)]


async def test_a_card_under_a_key_yet_to_come_is_kept_sealed_and_read_later() -> None:
    store = MemoryStore()
    await copies(KeyRing.parse(NEW_KEY), store).on_batch(await history(erased=False))
    assert await copies(KeyRing.parse(NEW_KEY), store).get(["p1"]) == {}
    assert await copies(KeyRing.parse(NEW_KEY), store).holds("p1")
    assert await copies(KeyRing.parse(f"{NEW_KEY},{OLD_KEY}"), store).get(["p1"]) == {"p1": BEN}


def test_every_service_reads_the_topic_as_a_group_of_its_own() -> None:
    subscriptions: list[tuple[list[str], str]] = []

    class Consumer:
        def subscribe(self, topics: Sequence[str], group: str, on_batch: OnBatch, settle: Settle | None = None) -> None:
            assert settle is None
            subscriptions.append((list(topics), group))

        async def lag(self, group: str) -> int:
            return 0

    CardCopies(BOOK, "mail", MemoryStore(), RING).subscribe(Consumer(), "t1-")
    assert subscriptions == [(["t1-shoes-customers"], "t1-mail-cards")]
