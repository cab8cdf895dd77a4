"""Feature rows of gatherings: places, the waiting list, who was there, and what not everybody states of themselves."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import Who, facilitator, member
from tests.support.acceptance_region import Region

ASKED, PLACES = 9, 4


def host(region: Region) -> Who:
    return facilitator("host", region.name)


def guest(region: Region, name: str) -> Who:
    return member(f"{name}-{region.name}", region.name)


async def announced(region: Region, capacity: int, **more: Any) -> str:
    """A forum that begins in an hour; its id."""
    told = {
        "kind": "forum",
        "title": "Spring forum",
        "area": "wirral",
        "starts_at": region.moment(hours=1).isoformat(),
        "ends_at": region.moment(hours=3).isoformat(),
        "venue": "The Old Library",
        "capacity": capacity,
    }
    return (await region.api.ask(host(region), "network", "gatherings", {**told, **more})).id


async def book(region: Region, gathering_id: str, who: Who, sector: str = "not-stated", **more: Any) -> Answer:
    told = {"person_id": who.person_id, "sector": sector, **more}
    return await region.api.ask(who, "network", f"gatherings/{gathering_id}:book-place", told)


async def record(region: Region, gathering_id: str, who: Who, status: str, **more: Any) -> Answer:
    told = {"person_id": who.person_id, "status": status, **more}
    return await region.api.ask(host(region), "network", f"gatherings/{gathering_id}:record-presence", told)


async def not_recorded(region: Region, gathering_id: str, who: Who, status: str) -> Refused:
    with pytest.raises(Refused) as no:
        await record(region, gathering_id, who, status)
    return no.value


async def test_N09_places_are_never_booked_twice_and_who_waits_longest_moves_up(region: Region):
    gathering_id = await announced(region, PLACES)
    guests = [guest(region, f"guest-{number}") for number in range(ASKED)]
    answers = await asyncio.gather(*(book(region, gathering_id, each) for each in guests))
    yours = [answer.body["yours"] for answer in answers]
    assert (yours.count("place"), yours.count("waiting")) == (PLACES, ASKED - PLACES)

    thing = f"gatherings/{gathering_id}"
    before = (await region.api.get(host(region), "network", thing)).body
    leaving, first = before["booked_person_ids"][0], before["waiting_person_ids"][0]
    given_back = await region.api.ask(
        member(leaving, region.name), "network", f"{thing}:cancel-booking", {"person_id": leaving}
    )
    assert (given_back.body["yours"], given_back.body["places_left"]) == (None, 0)
    after = (await region.api.get(host(region), "network", thing)).body
    assert first in after["booked_person_ids"]
    assert after["waiting_person_ids"] == before["waiting_person_ids"][1:]
    assert (await region.event("network", "GatheringPlaceGiven")).data["person_id"] == first

    enlarged = await region.api.ask(host(region), "network", f"{thing}:enlarge", {"capacity": ASKED})
    assert (enlarged.body["waiting"], enlarged.body["places_left"]) == (0, 1)


async def test_N09_the_sector_is_asked_and_those_who_do_not_say_are_counted(region: Region):
    gathering_id = await announced(region, 10)
    told = {"person_id": guest(region, "ann").person_id}
    with pytest.raises(Refused) as unasked:
        await region.api.ask(guest(region, "ann"), "network", f"gatherings/{gathering_id}:book-place", told)
    assert (unasked.value.code, unasked.value.pointer) == ("invalid_fields", "/sector")
    for name, sector in (("ann", "health"), ("ben", "not-stated"), ("cat", "not-stated")):
        await book(region, gathering_id, guest(region, name), sector)
    await region.platform.settled()
    (row,) = await region.api.rows(host(region), "network", "gatherings", area="wirral")
    assert (row["booked"], row["mix"]) == (3, {"health": 1, "not-stated": 2})
    (seen,) = await region.api.rows(guest(region, "ann"), "network", "gatherings", status="published")
    assert "mix" not in seen
    (own,) = await region.api.rows(guest(region, "ann"), "network", "gathering-bookings")
    assert (own["status"], own["sector"]) == ("place", "health")


async def test_N09_whoever_was_there_is_recorded_as_at_a_workshop_and_asked_to_stay(region: Region):
    gathering_id = await announced(region, 10)
    ann, ben, cat, dan = (guest(region, name) for name in ("ann", "ben", "cat", "dan"))
    await book(region, gathering_id, ann, "health")
    await book(region, gathering_id, ben)
    await book(region, gathering_id, cat, "carers")
    assert (await not_recorded(region, gathering_id, ann, "attended")).code == "not_begun"

    arrived = region.moment(hours=1, minutes=10)
    region.platform.clock.move(region.moment(hours=2))
    times = {"arrived": arrived.isoformat(), "left": (arrived + timedelta(minutes=30)).isoformat()}
    await record(region, gathering_id, ann, "part", mode="online", **times)
    await record(region, gathering_id, ben, "attended")
    await record(region, gathering_id, cat, "apologies")
    await record(region, gathering_id, dan, "attended")
    odd = await not_recorded(region, gathering_id, ben, "sleeping")
    assert (odd.status, odd.pointer) == (422, "/status")
    assert (await not_recorded(region, gathering_id, ben, "absent")).code == "already_recorded"

    await region.api.ask(host(region), "network", f"gatherings/{gathering_id}:close")
    held = await region.event("network", "GatheringHeld")
    mix = {count["sector"]: count["people"] for count in held.data["mix"]}
    assert (held.data["attended"], held.data["missed"], mix) == (3, 1, {"health": 1, "not-stated": 2})
    part = next(event for event in region.events("network", "GatheringAttended") if event.data["status"] == "part")
    assert (part.data["mode"], part.data["booked"]) == ("online", True)
    await region.platform.settled()
    asked = {event.data["person_id"]: event.data["source"] for event in region.events("network", "MemberInvited")}
    assert asked == dict.fromkeys((ann.person_id, ben.person_id, dan.person_id), "gathering")


async def test_N09_whoever_booked_can_be_told_that_it_moved_and_that_it_is_off(region: Region):
    gathering_id = await announced(region, 10)
    ann = guest(region, "ann")
    await book(region, gathering_id, ann)
    to = {
        "starts_at": region.moment(hours=5).isoformat(),
        "ends_at": region.moment(hours=6).isoformat(),
        "mode": "online",
        "reason": "goes-online",
    }
    with pytest.raises(Refused) as theirs:
        await region.api.ask(ann, "network", f"gatherings/{gathering_id}:move", to)
    assert theirs.value.status == 403
    await region.api.ask(host(region), "network", f"gatherings/{gathering_id}:move", to)
    moved = await region.event("network", "GatheringMoved")
    assert (moved.data["schedule_revision"], moved.data["earlier_venue"], moved.data["mode"]) == (
        2,
        "The Old Library",
        "online",
    )
    await region.api.ask(host(region), "network", f"gatherings/{gathering_id}:cancel", {"reason": "weather"})
    cancelled = await region.event("network", "GatheringCancelled")
    assert (cancelled.data["schedule_revision"], cancelled.data["title"]) == (3, "Spring forum")
    with pytest.raises(Refused) as late:
        await book(region, gathering_id, guest(region, "ben"))
    assert late.value.code == "gathering_off"


async def test_N09_a_workplace_is_host_only_when_others_may_come(region: Region):
    with pytest.raises(Refused) as closed:
        await announced(region, 10, venue_kind="workplace", open_to_others=False)
    assert (closed.value.code, closed.value.pointer) == ("workplace_not_open", "/open_to_others")


async def test_N09_a_gathering_that_is_not_open_to_others_is_for_members_only(region: Region):
    gathering_id = await announced(region, 2, open_to_others=False)
    zoe, thing = Who(f"zoe-{region.name}", (), region.name), f"gatherings/{gathering_id}"
    with pytest.raises(Refused) as outside:
        await book(region, gathering_id, zoe)
    assert (outside.value.status, outside.value.code) == (403, "members_only")
    assert "venue" not in (await region.api.get(zoe, "network", thing)).body
    await region.platform.settled()
    assert not await region.api.rows(zoe, "network", "gatherings")
    assert await region.api.rows(guest(region, "ann"), "network", "gatherings")
    await region.api.ask(zoe, "network", "members", {"person_id": zoe.person_id, "area": "wirral"})
    assert (await book(region, gathering_id, zoe)).body["yours"] == "place"
    assert (await region.api.get(zoe, "network", thing)).body["venue"] == "The Old Library"


async def test_L01_anybody_signed_in_books_a_short_open_learning_session(region: Region):
    begins = region.moment(hours=1)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(minutes=90)).isoformat()}
    gathering_id = await announced(region, 2, kind="learning-session", open_to_others=True, **times)
    zoe, thing = Who(f"zoe-{region.name}", (), region.name), f"gatherings/{gathering_id}"
    booked = await book(region, gathering_id, zoe, "carers")
    assert (booked.status, booked.body["yours"], booked.body["places_left"]) == (200, "place", 1)
    seen = (await region.api.get(zoe, "network", thing)).body
    assert (seen["kind"], seen["open_to_others"], seen["yours"]) == ("learning-session", True, "place")
    await region.platform.settled()
    (row,) = await region.api.rows(zoe, "network", "gatherings", kind="learning-session")
    assert datetime.fromisoformat(row["ends_at"]) - datetime.fromisoformat(row["starts_at"]) == timedelta(minutes=90)
    assert not region.events("network", "MemberInvited")
    (own,) = await region.api.rows(zoe, "network", "gathering-bookings")
    assert (own["gathering_id"], own["status"]) == (gathering_id, "place")
    given_back = await region.api.ask(zoe, "network", f"{thing}:cancel-booking", {"person_id": zoe.person_id})
    assert given_back.body["yours"] is None


async def test_L01_interest_comes_first_and_a_session_is_found_where_it_is(region: Region):
    zoe, yan = (Who(f"{name}-{region.name}", (), region.name) for name in ("zoe", "yan"))
    for who, suits in ((zoe, ["evening"]), (yan, ["morning", "weekend"])):
        told = {"person_id": who.person_id, "area": "wirral", "suits": suits}
        await region.api.ask(who, "network", "gathering-interests", told)
    await region.platform.settled()
    interested = await region.api.rows(host(region), "network", "gathering-interests", area="wirral", suits="evening")
    assert [row["person_id"] for row in interested] == [zoe.person_id]
    (own,) = await region.api.rows(yan, "network", "gathering-interests")
    await region.api.ask(yan, "network", f"gathering-interests/{own['interest_id']}:withdraw")
    await region.platform.settled()
    assert len(await region.api.rows(host(region), "network", "gathering-interests")) == 1


async def test_L02_role_and_sector_are_from_a_list_and_who_does_not_say_is_counted(region: Region):
    gathering_id = await announced(region, 10, kind="learning-session")
    ann, ben, cat, dan = (guest(region, name) for name in ("ann", "ben", "cat", "dan"))
    with pytest.raises(Refused) as unlisted:
        await book(region, gathering_id, ann, "health", background="wizard")
    assert (unlisted.value.code, unlisted.value.pointer) == ("invalid_fields", "/background")
    await book(region, gathering_id, ann, "health", background="nurse")
    await book(region, gathering_id, ben, "social-care", background="manager")
    await book(region, gathering_id, cat)
    await region.platform.settled()
    (row,) = await region.api.rows(host(region), "network", "gatherings", kind="learning-session")
    assert row["backgrounds"] == {"manager": 1, "not-stated": 1, "nurse": 1}
    assert sum(row["backgrounds"].values()) == row["booked"]

    region.platform.clock.move(region.moment(hours=2))
    for who, said in ((ann, {}), (cat, {"background": "carer"}), (dan, {})):
        await record(region, gathering_id, who, "attended", **said)
    await record(region, gathering_id, ben, "apologies")
    await region.api.ask(host(region), "network", f"gatherings/{gathering_id}:close")
    held = (await region.event("network", "GatheringHeld")).data
    roles = {count["background"]: count["people"] for count in held["backgrounds"]}
    assert roles == {"carer": 1, "not-stated": 1, "nurse": 1}
    sectors = {count["sector"]: count["people"] for count in held["mix"]}
    assert sum(roles.values()) == sum(sectors.values()) == held["attended"]
    await region.platform.settled()
    (row,) = await region.api.rows(host(region), "network", "gatherings", kind="learning-session")
    assert (row["attended"], row["attended_backgrounds"]) == (3, roles)
    (seen,) = await region.api.rows(ann, "network", "gatherings", kind="learning-session")
    assert not seen.keys() & {"backgrounds", "attended_backgrounds"}
