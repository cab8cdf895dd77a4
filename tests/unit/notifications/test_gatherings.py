"""Gatherings through the whole service: booked, moved, cancelled, and every calendar follows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared.events.network import (
    GatheringBookingCancelled,
    GatheringCancelled,
    GatheringMoved,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPublished,
)
from shared.events.values import calendar_uid
from tests.support.scenario import NOW
from tests.unit.notifications.office import Office

STREAM = "gathering-g1"
STARTS = NOW + timedelta(days=30)
WEEK = timedelta(days=7)
DAY = "Wednesday 11 February 2026"
NEW_DAY = "Wednesday 18 February 2026"


def meeting(revision: int = 1, by: timedelta = timedelta()) -> dict[str, Any]:
    return {
        "gathering_id": "g1",
        "title": "Spring forum",
        "kind": "forum",
        "starts_at": STARTS + by,
        "ends_at": STARTS + by + timedelta(hours=2),
        "zone": "Europe/London",
        "mode": "in-person",
        "venue": "The Old Library",
        "schedule_revision": revision,
    }


def published() -> GatheringPublished:
    told: dict[str, Any] = {"area": "wirral", "capacity": 2, "language": "en", "venue_kind": "public"}
    return GatheringPublished(**meeting(), **told, open_to_others=False)


def booked(person_id: str) -> GatheringPlaceBooked:
    return GatheringPlaceBooked(**meeting(), person_id=person_id, sector="health", places_left=1)


def moved() -> GatheringMoved:
    earlier: dict[str, Any] = {"earlier_starts_at": STARTS, "earlier_ends_at": STARTS, "earlier_mode": "in-person"}
    return GatheringMoved(**meeting(2, WEEK), **earlier, reason="venue-lost")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    for person in ("ann", "ben", "cat"):
        opened.know(person)
    opened.happen(published(), STREAM)
    await opened.all_done()
    yield opened
    await opened.close()


async def at(office: Office, moment: Any) -> None:
    await office.all_done()
    office.clock.moment = moment
    await office.tick()
    await office.all_done()


def entries(office: Office, person: str) -> list[tuple[str, int]]:
    found = [mail.appointment for mail in office.mailer.mails if mail.to.startswith(person)]
    assert {entry.uid for entry in found if entry} == {calendar_uid("g1", "gatherings")}
    return [(entry.method, entry.sequence) for entry in found if entry]


async def test_who_books_is_sent_the_place_with_an_entry_for_the_calendar(office: Office) -> None:
    office.happen(booked("ann"), STREAM)
    await office.all_done()
    assert office.sent == [("ann", f"Your place: Spring forum, {DAY}, 09:00")]
    assert entries(office, "ann") == [("REQUEST", 0)]
    assert "Where: The Old Library" in office.mailer.mails[0].text


async def test_who_waited_hears_of_the_place_that_became_free(office: Office) -> None:
    given = GatheringPlaceGiven(**meeting(), person_id="cat", sector="health")
    office.happen(given, STREAM)
    await office.all_done()
    assert office.sent == [("cat", f"Your place: Spring forum, {DAY}, 09:00")]


async def test_all_who_have_a_place_hear_that_it_moved_and_nobody_who_books_later(office: Office) -> None:
    office.happen(booked("ann"), STREAM)
    office.happen(moved(), STREAM)
    late = GatheringPlaceBooked(**meeting(2, WEEK), person_id="ben", sector="health", places_left=0)
    office.happen(late, STREAM)
    await office.all_done()
    assert [subject for who, subject in office.sent if who == "ben"] == [f"Your place: Spring forum, {NEW_DAY}, 09:00"]
    assert ("ann", f"New date: Spring forum, {NEW_DAY}, 09:00") in office.sent
    assert entries(office, "ann") == [("REQUEST", 0), ("REQUEST", 1)]


async def test_a_gathering_that_is_cancelled_leaves_every_calendar_and_reminds_nobody(office: Office) -> None:
    office.happen(booked("ann"), STREAM)
    office.happen(moved(), STREAM)
    office.happen(GatheringCancelled(**meeting(3, WEEK), reason="weather"), STREAM)
    await office.all_done()
    assert ("ann", f"Cancelled: Spring forum, {NEW_DAY}") in office.sent
    assert entries(office, "ann") == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    before = office.sent
    await at(office, STARTS + WEEK - timedelta(days=2))
    assert office.sent == before


async def test_who_gives_the_place_back_loses_the_entry_and_hears_nothing_more(office: Office) -> None:
    office.happen(booked("ann"), STREAM)
    await office.all_done()
    given_back = GatheringBookingCancelled(**meeting(), person_id="ann", sector="health", held="place")
    office.happen(given_back, STREAM)
    office.happen(moved(), STREAM)
    await office.all_done()
    assert sorted({subject.partition(":")[0] for _, subject in office.sent}) == [
        "Your place",
        "Your place is given back",
    ]
    assert entries(office, "ann") == [("REQUEST", 0), ("CANCEL", 0)]


async def test_who_no_longer_waits_is_written_nothing(office: Office) -> None:
    waiting = GatheringBookingCancelled(**meeting(), person_id="cat", sector="health", held="waiting")
    office.happen(waiting, STREAM)
    await office.all_done()
    assert office.sent == []


async def test_the_reminder_comes_two_days_before_the_date_that_holds(office: Office) -> None:
    office.happen(booked("ann"), STREAM)
    office.happen(moved(), STREAM)
    await at(office, STARTS - timedelta(days=2))
    assert not [subject for _, subject in office.sent if subject.startswith("In two days")]
    await at(office, STARTS + WEEK - timedelta(days=2))
    assert ("ann", f"In two days: Spring forum, {NEW_DAY}") in office.sent
