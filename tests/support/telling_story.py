"""Steps of the stories about messages: a workshop that is still to come, cards, letters, calendars."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from deploy.demo.journey import people, who
from deploy.demo.journey import region as steps
from tests.support.acceptance_region import PATHWAY, SHORT_PROGRAMME, Cohort, Home, Region

NOTIFICATIONS = "notifications"
THREE_HOURS = timedelta(hours=3)


async def coming(region: Region, starts_at: datetime) -> Cohort:
    """A cohort with one workshop, which is still to come."""
    by, version_id = region.coordinator, await region.programme()
    lead = who.facilitator(await region.person("Lead"), region.name)
    since = region.today - timedelta(days=60)
    await steps.record_competence(region.api, by, lead.person_id, str(SHORT_PROGRAMME["programme"]), since)
    cohort_id = await steps.plan_cohort(
        region.api, by, name="Autumn", version_id=version_id, area="Wirral", capacity=5, starts_on=region.today
    )
    await steps.assign_facilitator(region.api, by, cohort_id, lead.person_id)
    await steps.open_cohort(region.api, by, cohort_id)
    workshop = await steps.schedule_workshop(region.api, by, cohort_id, "S1", starts_at, starts_at + THREE_HOURS)
    return Cohort(cohort_id, version_id, lead, {"S1": workshop}, since)


async def carded(region: Region, person_id: str, **card: Any) -> None:
    """Give a person another contact card."""
    known = await people.read_card(region.api, region.coordinator, person_id)
    told = {name: known[name] for name in ("name", "email", "language")}
    await people.change_card(region.api, region.coordinator, person_id, {**told, **card})
    await region.platform.settled()


async def applied(region: Region, **card: Any) -> Home:
    """A home whose manager, with this card, asked for a place: one message is on its way."""
    home = await region.home()
    if card:
        await carded(region, home.manager.person_id, **card)
    return await region.applied(home, await region.programme(), PATHWAY)


async def messages_to(region: Region, person: who.Who, **filters: str) -> list[Mapping[str, Any]]:
    """What a person was to be told, oldest first."""
    by = region.coordinator
    rows = await region.api.rows(by, NOTIFICATIONS, "messages", recipient_person_id=person.person_id, **filters)
    return sorted(rows, key=lambda row: str(row["requested_at"]))


async def preferring(region: Region, person: who.Who, *off: str, digest: str = "weekly") -> Any:
    """Let somebody say themselves what they do not want."""
    body = {"person_id": person.person_id, "off": [{"category": each} for each in off], "digest": digest}
    return await region.api.ask(person, NOTIFICATIONS, "recipients", body)


async def later(region: Region, moment: datetime) -> None:
    """Let it be that moment, and everything that is due then have its effect."""
    await region.platform.settled()
    region.platform.clock.move(moment)
    await region.platform.settled()


def subjects_of(region: Region, person: str) -> list[str]:
    """The subjects of somebody's letters, in order; `person` is how their address begins."""
    return [subject for to, subject in region.mails() if to.startswith(person)]


def entry(letter: EmailMessage) -> Mapping[str, Any]:
    """What a calendar would read out of a letter."""
    (part,) = (part for part in letter.walk() if part.get_content_type() == "text/calendar")
    found = Calendar.from_ical(part.get_content())
    event: Any = found.walk("VEVENT")[0]
    return {
        "method": str(found["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "starts_at": event["DTSTART"].dt,
    }
