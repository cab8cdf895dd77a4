from typing import Any

from services.network.views.bookings import BOOKINGS, BookingRow
from services.network.views.gatherings import GATHERINGS, GatheringRow
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor
from shared.events.network import (
    GatheringAttended,
    GatheringCancelled,
    GatheringEnlarged,
    GatheringMissed,
    GatheringMoved,
    GatheringPresenceVoided,
)
from tests.unit.network.entries import envelope
from tests.unit.network.gatherings import (
    ANN,
    ENDS,
    FULL,
    HOST,
    LATER,
    MEETING,
    MEMBER,
    STARTS,
    booked,
    gave_back,
    given_place,
    published,
    waits,
    waits_no_longer,
)

DAY = STARTS.date()
came = GatheringAttended(
    gathering_id="g1",
    person_id="ann",
    sector="health",
    kind="forum",
    status="part",
    mode="online",
    on=DAY,
    booked=True,
)
away = GatheringMissed(gathering_id="g1", person_id="ann", sector="health", kind="forum", status="apologies", on=DAY)
wrong = GatheringPresenceVoided(
    gathering_id="g1", person_id="ann", sector="health", status="part", reason="wrong-person"
)


def row_after(*events: Event) -> GatheringRow:
    row: GatheringRow | None = None
    for event in events:
        row = GATHERINGS.next_row(row, event, envelope())
    assert row is not None
    return row


def booking_after(*events: Event) -> BookingRow:
    row: BookingRow | None = None
    for event in events:
        row = BOOKINGS.next_row(row, event, envelope())
    assert row is not None
    return row


def test_the_list_counts_places_and_those_who_wait_and_the_mix() -> None:
    row = row_after(*FULL, waits("cat"), waits("dan", 2), gave_back("ann"), given_place("cat"), waits_no_longer("dan"))
    assert (row.booked, row.waiting, row.mix) == (2, 0, {"carers": 1, "health": 1})


def test_the_list_counts_roles_and_those_who_did_not_say() -> None:
    nurse: dict[str, Any] = {"background": "nurse"}
    doctor: dict[str, Any] = {"background": "doctor"}
    full = (published, booked("ann", 1, **nurse), booked("ben"))
    assert row_after(*full).backgrounds == {"not-stated": 1, "nurse": 1}
    swapped = row_after(*full, waits("cat", **doctor), gave_back("ann", **nurse), given_place("cat", **doctor))
    assert swapped.backgrounds == {"doctor": 1, "not-stated": 1}
    there = came.model_copy(update=nurse)
    assert row_after(*full, there).attended_backgrounds == {"nurse": 1}
    assert row_after(*full, there, wrong.model_copy(update=nurse)).attended_backgrounds == {}
    assert booking_after(booked("ann"), there).background == "nurse"


def test_the_list_follows_a_gathering_that_is_moved_enlarged_or_off() -> None:
    there = {"starts_at": STARTS + LATER, "ends_at": ENDS + LATER, "mode": "online", "venue": None}
    moved = GatheringMoved(
        **{**MEETING, **there},
        earlier_starts_at=STARTS,
        earlier_ends_at=ENDS,
        earlier_mode="in-person",
        reason="goes-online",
    )
    row = row_after(published, moved, GatheringEnlarged(gathering_id="g1", capacity=5))
    assert (row.starts_at, row.mode, row.venue, row.capacity) == (STARTS + LATER, "online", None, 5)
    assert row_after(published, GatheringCancelled(**MEETING, reason="weather")).status == "cancelled"


def test_who_was_there_is_counted_until_it_was_a_mistake() -> None:
    assert row_after(*FULL, came).attended_mix == {"health": 1}
    assert row_after(*FULL, came, wrong).attended == 0
    assert row_after(*FULL, wrong.model_copy(update={"status": "apologies"})).attended == 0


def test_only_those_who_hold_gatherings_see_the_mix() -> None:
    row = row_after(*FULL)
    assert GATHERINGS.present is not None
    told = GATHERINGS.present(row, None, HOST) or {}
    assert (told["mix"], told["backgrounds"]) == ({"health": 2}, {"not-stated": 2})
    seen = GATHERINGS.present(row, None, ANN) or {}
    assert not seen.keys() & {"mix", "attended_mix", "backgrounds", "attended_backgrounds"}
    assert seen["places_left"] == 0


def test_a_gathering_not_open_to_others_is_listed_for_those_of_the_network_only() -> None:
    row = row_after(published.model_copy(update={"open_to_others": False}))
    assert GATHERINGS.present is not None
    assert GATHERINGS.present(row, None, ANN) is None
    for inside in (MEMBER, HOST):
        assert (GATHERINGS.present(row, None, inside) or {})["title"] == "Spring forum"


def test_nothing_is_listed_of_a_gathering_that_was_never_announced() -> None:
    assert GATHERINGS.next_row(None, booked("ann"), envelope()) is None


def test_a_booking_says_where_it_stands() -> None:
    assert booking_after(waits("ann")).status == "waiting"
    assert booking_after(waits("ann"), given_place("ann")).status == "place"
    assert booking_after(booked("ann"), gave_back("ann")).status == "cancelled"
    assert booking_after(booked("ann"), came).presence == "part"
    assert booking_after(booked("ann"), away).presence == "apologies"
    assert booking_after(booked("ann"), came, wrong).presence is None
    assert booking_after(came.model_copy(update={"booked": False})).status == "unannounced"


def test_the_list_at_the_door_has_names() -> None:
    row = booking_after(booked("ann"))
    assert BOOKINGS.present is not None
    shown = BOOKINGS.present(row, {"name": "Ann Lloyd", "phone": "020"}, HOST)
    assert shown is not None
    assert (shown["name"], "phone" in shown) == ("Ann Lloyd", False)
    without = BOOKINGS.present(row, None, Actor(kind="person", id="x"))
    assert without is not None
    assert without["name"] is None
