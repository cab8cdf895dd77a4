"""Feature rows and paths of a cohort's dates: moved, online, cancelled, in calendars, and who leads them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from deploy.demo.journey import evidence, who, workshops
from deploy.demo.journey import region as journey
from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import Who
from tests.support.acceptance_region import Cohort, Region
from tests.support.asking import Asker

ENROLMENT = workshops.ENROLMENT
HOURS = timedelta(hours=3)
SECRET = "C11-would-be-32-random-bytes-in-base64url-0"


async def ask(region: Region, by: Who, workshop_id: str, verb: str, **body: Any) -> Answer:
    """Ask one workshop."""
    return await region.api.ask(by, ENROLMENT, f"workshops/{workshop_id}:{verb}", body)


async def moved(region: Region, cohort: Cohort, starts_at: datetime, **more: Any) -> Answer:
    """Move the cohort's first workshop."""
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + HOURS).isoformat()}
    return await ask(region, cohort.lead, cohort.workshops["ON"], "move", reason="venue-lost", **times, **more)


async def test_U14_each_change_of_a_workshop_raises_its_schedule_revision(region: Region):
    cohort = await region.cohort()
    on = cohort.workshops["ON"]
    far, near = region.moment(days=20), region.moment(days=2)

    first = await moved(region, cohort, far, venue="Village Hall")
    assert (first.body["schedule_revision"], first.body["venue"]) == (2, "Village Hall")
    again = await moved(region, cohort, far, venue="Village Hall")
    assert again.version == first.version
    await moved(region, cohort, near)
    link = "https://meet.example.org/on"
    online = await ask(region, cohort.lead, on, "go-online", reason="venue-lost", join_link=link)
    assert (online.body["mode"], online.body["venue"], online.body["schedule_revision"]) == ("online", None, 4)

    await region.platform.settled()
    told = region.events(ENROLMENT, "WorkshopMoved", "WorkshopWentOnline")
    assert [(event.name, event.data["schedule_revision"]) for event in told] == [
        ("WorkshopMoved", 2),
        ("WorkshopMoved", 3),
        ("WorkshopWentOnline", 4),
    ]
    assert told[1].data["earlier_venue"] == "Village Hall"
    assert 46 <= told[1].data["notice_hours"] <= 48
    row = next(row for row in await region.api.rows(cohort.lead, ENROLMENT, "workshops") if row["workshop_id"] == on)
    assert (row["schedule_revision"], row["join_link"]) == (4, link)


async def test_U15_of_a_workshop_that_is_cancelled_at_the_door_nobody_is_absent(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort, representatives=2)
    on, person = cohort.workshops["ON"], home.representative.person_id
    await workshops.record_attendance(region.api, cohort.lead, on, home.enrolment_id, person)

    off = await ask(region, cohort.lead, on, "cancel", reason="facilitator-ill")
    assert (off.body["cancelled"], off.body["attendances"]) == (True, {})
    with pytest.raises(Refused) as closing:
        await workshops.close_register(region.api, cohort.lead, on, [person])
    assert closing.value.code == "workshop_off"
    begins = region.moment(hours=-1)
    instead = {
        "cohort_id": cohort.id,
        "code": "ON",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + HOURS).isoformat(),
        "replaces_workshop_id": on,
    }
    new = await region.api.ask(cohort.lead, ENROLMENT, "workshops", instead)
    await workshops.record_attendance(region.api, cohort.lead, new.id, home.enrolment_id, person)

    await region.platform.settled()
    [cancelled] = region.events(ENROLMENT, "WorkshopCancelled")
    assert (cancelled.data["at_the_door"], cancelled.data["replacement_workshop_id"]) == (True, new.id)
    assert not region.events(ENROLMENT, "WorkshopMissed")
    [enrolment] = await region.api.rows(cohort.lead, ENROLMENT, "enrolments", home_id=home.id)
    assert enrolment["covered_codes"] == ["ON"]


async def competent(region: Region, until: int | None = None) -> Who:
    """A facilitator who is competent since long ago, until so many days from now."""
    person_id = await region.person(f"Facilitator {region.number()}")
    first = region.today - timedelta(days=100)
    last = None if until is None else region.today + timedelta(days=until)
    await journey.record_competence(region.api, region.coordinator, person_id, "six-steps-short", first, last)
    return who.facilitator(person_id, region.name)


async def test_C06_who_leads_is_competent_and_a_substitute_leaves_both_names(region: Region):
    cohort = await region.cohort()
    lapsed, fit = await competent(region, until=-1), await competent(region, until=1)
    planned = await journey.plan_cohort(
        region.api,
        region.coordinator,
        name="Another",
        version_id=cohort.version_id,
        area="Wirral",
        capacity=5,
        starts_on=region.today,
    )

    with pytest.raises(Refused) as no:
        await journey.assign_facilitator(region.api, region.coordinator, planned, lapsed.person_id)
    assert (no.value.status, no.value.code) == (409, "not_competent")
    stands_in = {"person_id": fit.person_id, "reason": "long-absence"}
    answer = await ask(region, cohort.lead, cohort.workshops["ON"], "substitute", **stands_in)

    assert answer.body["facilitator_person_id"] == fit.person_id
    assert answer.body["substituted_person_id"] == cohort.lead.person_id
    await region.platform.settled()
    rows = await region.api.rows(cohort.lead, ENROLMENT, "workshops", cohort_id=cohort.id)
    names = {row["code"]: (row["facilitator_person_id"], row["substituted_person_id"]) for row in rows}
    assert names == {"ON": (fit.person_id, cohort.lead.person_id), "S1": (None, None)}


async def awaited_by(region: Region, reviewer: Who) -> list[str]:
    """The evidence that waits for this person's review."""
    found = await region.api.get(region.coordinator, evidence.PORTFOLIO, "reviews", person_id=reviewer.person_id)
    return [row["evidence_id"] for row in found.body["items"]]


async def test_U12_a_cohort_is_handed_over_and_who_reviewed_stays_on_record(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    item = await region.submitted(home, portfolio_id, "on-role")
    await evidence.approve(region.api, cohort.lead, item, 1)
    following = await competent(region)
    second = await region.submitted(home, portfolio_id, "s1-policy")
    await region.platform.settled()
    assert [await awaited_by(region, each) for each in (cohort.lead, following)] == [[second], []]
    handed = {"person_id": following.person_id, "reason": "long-absence", "note": "Ask for Mair, not the office."}
    answer = await region.api.ask(region.coordinator, ENROLMENT, f"cohorts/{cohort.id}:hand-over", handed)
    assert answer.body["lead_person_id"] == following.person_id

    await region.platform.settled()
    [replaced] = region.events(ENROLMENT, "FacilitatorReplaced")
    assert replaced.data["previous_person_id"] == cohort.lead.person_id
    assert "Mair" not in str(replaced.data)
    note = f"cohorts/{cohort.id}/documents/{replaced.data['note']['document_id']}"
    assert "Mair" in (await region.api.get(following, ENROLMENT, note)).body["text"]
    [home_told] = region.events(ENROLMENT, "HomeHandedOver")
    assert (home_told.data["enrolment_id"], home_told.data["person_id"]) == (home.enrolment_id, following.person_id)
    history = (await region.api.get(following, evidence.PORTFOLIO, f"evidence/{item}/history")).body
    assert cohort.lead.person_id in str(history)
    assert [await awaited_by(region, each) for each in (cohort.lead, following)] == [[], [second]]
    await evidence.approve(region.api, following, second, 1)


def entries(answer: Answer) -> dict[str, Mapping[str, Any]]:
    """The entries of a calendar by their titles."""
    assert answer.headers["content-type"].startswith("text/calendar")
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.body).walk("VEVENT")}


async def subscribed_until_closed(region: Region, person: Who, uid: str) -> None:
    """A calendar program finds the entry under the person's secret link, until they close it."""
    link = {"person_id": person.person_id, "secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest()}
    feed = await region.api.ask(person, ENROLMENT, "calendar-feeds", link)
    async with Asker(region.platform.running.address) as program:
        subscribed = await program.send("GET", ENROLMENT, f"/v1/calendar-feeds/{SECRET}/calendar.ics")
        await region.api.ask(person, ENROLMENT, f"calendar-feeds/{feed.id}:close")
        closed = await program.send("GET", ENROLMENT, f"/v1/calendar-feeds/{SECRET}/calendar.ics")
    assert uid in {str(event["uid"]) for event in Calendar.from_ical(subscribed.text).walk("VEVENT")}
    assert (closed.status_code, closed.json()["code"]) == (404, "feed_unknown")


async def test_C11_a_calendar_follows_a_moved_workshop_under_the_same_uid(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    person = home.representative
    of_cohort, of_person = f"cohorts/{cohort.id}/calendar.ics", f"people/{person.person_id}/calendar.ics"
    await region.platform.settled()
    before = entries(await region.api.get(person, ENROLMENT, of_cohort))["Stepping on"]

    new = region.moment(days=9).replace(microsecond=0)
    await moved(region, cohort, new, venue="Village Hall")
    await ask(region, cohort.lead, cohort.workshops["S1"], "cancel", reason="too-few")
    await region.platform.settled()

    of_lead = f"people/{cohort.lead.person_id}/calendar.ics"
    for by, where in ((person, of_cohort), (person, of_person), (cohort.lead, of_lead)):
        found = entries(await region.api.get(by, ENROLMENT, where))
        after = found["Stepping on"]
        assert after["uid"] == before["uid"]
        assert (before["sequence"], after["sequence"]) == (0, 1)
        assert (after["dtstart"].dt, str(after["location"])) == (new, "Village Hall")
        assert (str(found["Step 1"]["status"]), found["Step 1"]["sequence"]) == ("CANCELLED", 1)
    await subscribed_until_closed(region, person, before["uid"])
    with pytest.raises(Refused) as other:
        await region.api.get(person, ENROLMENT, of_lead)
    assert other.value.status in (403, 404)
