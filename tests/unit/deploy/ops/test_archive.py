"""What came back is compared collection by collection."""

from deploy.ops.archive import differences
from shared.chassis.ports import Lot

FULL, OTHER, EMPTY = Lot(3, "a" * 64), Lot(3, "b" * 64), Lot(0, "0" * 64)


def test_the_same_counts_and_hashes_are_no_difference() -> None:
    assert differences({"shoes": {"journal": FULL}}, {"shoes": {"journal": FULL}}) == []


def test_another_hash_a_missing_and_a_new_collection_are_named() -> None:
    before = {"shoes": {"journal": FULL, "people": FULL}}
    found = differences(before, {"shoes": {"journal": OTHER, "view": FULL}})
    assert [sentence.split(":")[0] for sentence in found] == ["shoes journal", "shoes people", "shoes view"]


def test_an_empty_collection_need_not_come_back() -> None:
    assert differences({"shoes": {"refusals": EMPTY}}, {"shoes": {}}) == []
