"""Feature rows of e-mails that ask somebody to act: gatherings, gaps, reviews that wait, standstills."""

from datetime import timedelta

from deploy.demo.journey.who import facilitator, member
from tests.support.acceptance_region import Region
from tests.support.telling_story import entry, later, subjects_of

DAY = timedelta(days=1)


async def test_F10_T01_who_has_something_to_see_to_is_told_what_and_until_when(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    await region.submitted(home, portfolio_id, "s1-policy")
    gap = {
        "portfolio_id": portfolio_id,
        "home_id": home.id,
        "requirement_key": "on-role",
        "action": "Write it up.",
        "owner_person_id": home.representative.person_id,
        "due_on": (region.today + 5 * DAY).isoformat(),
    }
    await region.api.ask(home.manager, "portfolio", "gaps", gap)
    await later(region, region.platform.now() + 31 * DAY)
    asked = [subject.partition(":")[0] for subject in subjects_of(region, "representative") if "gap" in subject]
    assert [words.partition(" by ")[0] for words in asked] == ["A gap to fill", "A gap is still open"]
    lead = subjects_of(region, "lead")
    assert len([subject for subject in lead if subject.startswith("Waiting for your review since")]) == 2
    assert lead.count(f"The portfolio of {home.name} stands still") == 1


async def test_N09_U14_who_has_a_place_at_a_gathering_hears_of_it_and_of_all_that_becomes_of_it(region: Region):
    host = facilitator("host", region.name)
    guest = member(await region.person("Guest"), region.name)
    await region.platform.settled()
    begins = region.moment(days=20)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + 2 * DAY / 24).isoformat()}
    told = {"kind": "forum", "title": "Spring forum", "area": "wirral", "capacity": 5, "venue": "The Old Library"}
    gathering = (await region.api.ask(host, "network", "gatherings", {**told, **times})).id
    place = {"person_id": guest.person_id, "sector": "health"}
    await region.api.ask(guest, "network", f"gatherings/{gathering}:book-place", place)
    await region.platform.settled()
    moved = {"mode": "online", "reason": "goes-online"}
    moved |= {"starts_at": (begins + DAY).isoformat(), "ends_at": (begins + 2 * DAY).isoformat()}
    await region.api.ask(host, "network", f"gatherings/{gathering}:move", moved)
    await region.platform.settled()
    await region.api.ask(host, "network", f"gatherings/{gathering}:cancel", {"reason": "weather"})
    await region.platform.settled()
    subjects = [subject.partition(":")[0] for subject in subjects_of(region, "guest")]
    assert subjects == ["Your place", "New date", "Cancelled"]
    entries = [entry(letter) for letter in region.letters()]
    assert [(each["method"], each["sequence"]) for each in entries] == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert len({each["uid"] for each in entries}) == 1
