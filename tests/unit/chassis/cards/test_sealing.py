import base64

import pytest

from shared.chassis.cards.sealing import BrokenSeal, KeyRing, UnknownKey, UnusableKeys, key_of
from tests.unit.chassis.cards.stage import NEW_KEY, OLD_KEY


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    ring = KeyRing.parse(OLD_KEY)
    sealed = ring.seal(b"Ann Cobbler", "p1")
    assert b"Ann" not in sealed
    assert ring.unseal(sealed, "p1") == b"Ann Cobbler"


def test_the_same_content_never_looks_the_same_twice() -> None:
    ring = KeyRing.parse(OLD_KEY)
    assert ring.seal(b"Ann", "p1") != ring.seal(b"Ann", "p1")


def test_a_card_moved_to_another_person_does_not_open() -> None:
    ring = KeyRing.parse(OLD_KEY)
    with pytest.raises(BrokenSeal):
        ring.unseal(ring.seal(b"Ann", "p1"), "p2")


def test_the_first_key_seals_and_every_key_opens() -> None:
    old, rotated = KeyRing.parse(OLD_KEY), KeyRing.parse(f"{NEW_KEY}, {OLD_KEY}")
    assert rotated.unseal(old.seal(b"Ann", "p1"), "p1") == b"Ann"
    assert key_of(rotated.seal(b"Ann", "p1")) == "new"


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    with pytest.raises(UnknownKey, match="'new'"):
        KeyRing.parse(OLD_KEY).unseal(KeyRing.parse(NEW_KEY).seal(b"Ann", "p1"), "p1")


@pytest.mark.parametrize(
    "broken", [b"", b"\x00", b"\x03ol", b"\x03old", b"\x03old" + b"n" * 12, b"\x01\xff" + b"n" * 40]
)
def test_what_is_no_sealed_card_does_not_open(broken: bytes) -> None:
    with pytest.raises(BrokenSeal):
        KeyRing.parse(OLD_KEY).unseal(broken, "p1")


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("", "at least one key"),
        ("nothing", "id:base64key"),
        (":" + base64.b64encode(b"1" * 32).decode(), "id:base64key"),
        ("a:!!!!", "not base64"),
        ("a:" + base64.b64encode(b"short").decode(), "5 bytes"),
        (f"{OLD_KEY},{OLD_KEY}", "twice"),
    ],
)
def test_keys_that_cannot_be_used_stop_with_a_sentence(setting: str, why: str) -> None:
    with pytest.raises(UnusableKeys, match=why):
        KeyRing.parse(setting)
