import asyncio

import pytest
from pydantic import ValidationError

from shared.chassis.cards.owner import CARDS, PersonErased
from shared.chassis.cards.sealing import KeyRing, key_of
from shared.chassis.failures import UnknownThing, VersionMismatch
from shared.chassis.ports import Document
from tests.unit.chassis.cards.stage import ANN, BEN, NEW_KEY, OLD_KEY, Shop


async def kept(shop: Shop) -> Document:
    return (await shop.store.get(CARDS, ["p1"]))["p1"]


async def test_a_card_is_read_as_it_was_put() -> None:
    owner, _ = Shop().process()
    assert await owner.put("p1", ANN, "north") == 1
    view = await owner.read("p1")
    assert view is not None
    assert (view.fields, view.region, view.revision) == (ANN, "north", 1)


async def test_nobody_has_a_card_before_it_is_put() -> None:
    owner, _ = Shop().process()
    assert await owner.read("p1") is None
    assert not await owner.holds("p1")


async def test_the_same_card_twice_is_one_revision() -> None:
    owner, _ = Shop().process()
    await owner.put("p1", ANN, "north")
    assert await owner.put("p1", ANN, "north") == 1


async def test_two_writers_at_once_lose_no_update() -> None:
    shop = Shop()
    owners = [shop.process()[0] for _ in range(4)]
    cards = [{"name": f"Name {number}"} for number in range(4)]
    revisions = await asyncio.gather(
        *(owner.put("p1", card, "north") for owner, card in zip(owners, cards, strict=True))
    )
    assert sorted(revisions) == [1, 2, 3, 4]
    view = await owners[0].read("p1")
    assert view is not None
    assert view.fields["name"] == cards[revisions.index(4)]["name"]


async def test_of_two_writers_who_saw_the_same_revision_one_must_look_again() -> None:
    shop = Shop()
    owner, _ = shop.process()
    await owner.put("p1", ANN, "north")
    answers = await asyncio.gather(
        owner.put("p1", BEN, "north", expected=1),
        owner.put("p1", {"name": "Cat"}, "north", expected=1),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers if not isinstance(answer, int)] == [VersionMismatch]
    assert 2 in answers


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": "Ann", "shoe_size": 39}])
async def test_what_is_no_card_is_refused_without_showing_what_was_entered(fields: dict[str, object]) -> None:
    owner, _ = Shop().process()
    with pytest.raises(ValidationError) as why:
        await owner.put("p1", fields, "north")
    assert "input_value" not in str(why.value)


async def test_a_person_of_another_region_is_unknown() -> None:
    owner, _ = Shop().process()
    await owner.put("p1", ANN, "north")
    with pytest.raises(UnknownThing):
        await owner.put("p1", BEN, "south")
    with pytest.raises(UnknownThing):
        await owner.erase("p1", "south")


async def test_an_erased_card_leaves_no_content_and_no_second_card() -> None:
    shop = Shop()
    owner, _ = shop.process()
    await owner.put("p1", ANN, "north")
    assert await owner.erase("p1", "north") == 2
    assert await owner.erase("p1", "north") == 2
    assert (await kept(shop))["sealed"] is None
    assert await owner.read("p1") is None
    assert not await owner.holds("p1")
    with pytest.raises(PersonErased):
        await owner.put("p1", ANN, "north")


async def test_nobody_unknown_is_erased() -> None:
    owner, _ = Shop().process()
    with pytest.raises(UnknownThing):
        await owner.erase("p1", "north")


async def test_nothing_stands_in_clear_in_the_database() -> None:
    shop = Shop()
    owner, _ = shop.process()
    await owner.put("p1", ANN, "north")
    everything = repr(await kept(shop))
    assert not [value for value in ANN.values() if value in everything]


async def test_a_card_under_an_old_key_is_sealed_anew_when_it_is_written() -> None:
    shop = Shop()
    old, _ = shop.process()
    await old.put("p1", ANN, "north")
    rotated, _ = shop.process(ring=KeyRing.parse(f"{NEW_KEY},{OLD_KEY}"))
    assert await rotated.put("p1", ANN, "north") == 2
    assert key_of((await kept(shop))["sealed"]) == "new"
    assert await rotated.put("p1", ANN, "north") == 2


async def test_a_card_whose_key_is_not_configured_is_not_shown_but_can_be_replaced() -> None:
    shop = Shop()
    old, _ = shop.process()
    await old.put("p1", ANN, "north")
    other, _ = shop.process(ring=KeyRing.parse(NEW_KEY))
    assert await other.read("p1") is None
    assert await other.holds("p1")
    assert await other.put("p1", BEN, "north") == 2
