"""Feature rows and paths of who is told what, when, in which language, and what becomes of it."""

from datetime import datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.journey import evidence
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import Who
from shared.events.values import calendar_uid
from tests.support.acceptance_region import Region
from tests.support.telling_story import (
    NOTIFICATIONS,
    THREE_HOURS,
    applied,
    carded,
    coming,
    entry,
    later,
    messages_to,
    preferring,
    subjects_of,
)

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def nine(moment: datetime) -> datetime:
    """Nine o'clock on the wall of that day."""
    return datetime.combine(moment.astimezone(LONDON).date(), time(9), LONDON).astimezone(moment.tzinfo)


def change_after(moment: datetime) -> datetime:
    """A moment of the next day on which the clocks change."""
    while moment.astimezone(LONDON).utcoffset() == (moment + DAY).astimezone(LONDON).utcoffset():
        moment += DAY
    return nine(moment + DAY)


async def move(region: Region, workshop_id: str, starts_at: datetime) -> None:
    ends_at = starts_at + THREE_HOURS
    body = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": "venue-lost"}
    await region.api.ask(region.coordinator, "enrolment", f"workshops/{workshop_id}:move", body)


async def test_T09_a_reminder_follows_a_moved_workshop_and_stops_at_withdrawal(region: Region):
    starts_at = nine(region.platform.now() + 10 * DAY)
    cohort = await coming(region, starts_at)
    leaving, staying = await region.placed_home(cohort), await region.placed_home(cohort)
    await move(region, cohort.workshops["S1"], starts_at + WEEK)
    withdrawal = {"reason": "sale"}
    path = f"enrolments/{leaving.enrolment_id}:withdraw"
    await region.api.ask(region.coordinator, "enrolment", path, withdrawal)
    await later(region, starts_at - DAY)
    assert not [subject for _, subject in region.mails() if subject.startswith("In two days")]
    await carded(region, staying.representative.person_id, name="Renamed Meanwhile")
    await later(region, starts_at + WEEK - 2 * DAY)
    reminded = [letter for letter in region.letters() if str(letter["Subject"]).startswith("In two days")]
    people = {str(letter["To"]).split("@", maxsplit=1)[0].split(".")[0] for letter in reminded}
    assert (len(reminded), people) == (2, {"lead", "representative"})
    assert f"{(starts_at + WEEK).astimezone(LONDON).day} " in str(reminded[0]["Subject"])
    assert any("Hello Renamed Meanwhile" in str(letter.get_body(("plain",))) for letter in reminded)


async def test_U14_a_workshop_is_moved_goes_online_and_is_cancelled_and_every_calendar_follows(region: Region):
    starts_at = nine(region.platform.now() + 20 * DAY)
    cohort = await coming(region, starts_at)
    await region.placed_home(cohort)
    workshop = cohort.workshops["S1"]
    await region.platform.settled()
    await move(region, workshop, starts_at + WEEK)
    online = {"reason": "weather", "join_link": "https://meet.example.org/six"}
    for verb, body in (("go-online", online), ("cancel", {"reason": "facilitator-ill"})):
        await region.platform.settled()
        await region.api.ask(region.coordinator, "enrolment", f"workshops/{workshop}:{verb}", body)
    await region.platform.settled()
    letters = [letter for letter in region.letters() if str(letter["To"]).startswith("representative")]
    entries = [entry(letter) for letter in letters if "Step 1" in str(letter["Subject"])]
    assert [(each["method"], each["sequence"]) for each in entries] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("REQUEST", 2),
        ("CANCEL", 3),
    ]
    assert {each["uid"] for each in entries} == {calendar_uid(workshop)}
    assert entries[1]["starts_at"] == starts_at + WEEK
    told = [subject.split(":")[0] for subject in subjects_of(region, "representative") if "Step 1" in subject]
    assert told[1:] == ["New date", "Online", "Cancelled"]


def written(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    (part,) = (part for part in letter.walk() if part.get_content_type() == "text/plain")
    return " ".join(part.get_content().split())


async def test_T03_who_switched_digests_off_gets_none_and_the_decision_on_their_work_all_the_same(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    author = home.representative
    with pytest.raises(Refused) as refused:
        await preferring(region, author, "service")
    assert (refused.value.status, refused.value.code) == (422, "service_messages_always_go")
    await preferring(region, author, "progress")
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    back = await region.submitted(home, portfolio_id, "on-role")
    await evidence.send_back(region.api, cohort.lead, back, 1, ["missing-date", "unclear"])
    good = await region.submitted(home, portfolio_id, "s1-policy")
    await evidence.approve(region.api, cohort.lead, good, 1)
    await region.submitted(home, portfolio_id, "on-role")
    await later(region, nine(region.platform.now() + WEEK))
    assert {row["template_key"] for row in await messages_to(region, author)} >= {"evidence-returned"}
    assert await messages_to(region, author, template_key="digest") == []
    subject = "Your evidence needs a little more (Who represents the home)"
    (letter,) = [letter for letter in region.letters() if letter["Subject"] == subject]
    assert letter["From"] == "Six Steps <sixsteps@example.org>"
    assert "the date is missing and it is not clear enough yet." in written(letter)
    assert "Waiting for your review: 1" in subjects_of(region, "lead")


async def test_T06_what_became_of_a_message_is_told_in_the_words_of_providers(region: Region):
    names = ("perm-fail", "temp-fail", "tech-fail")
    homes = {name: await applied(region, email=f"{name}@{region.name}.example.org") for name in names}
    fine = await applied(region)
    await region.platform.settled()
    found = {name: [row["delivery"] for row in await messages_to(region, homes[name].manager)] for name in names}
    assert found == {
        "perm-fail": ["permanent_failure"],
        "temp-fail": ["temporary_failure"],
        "tech-fail": ["technical_failure"],
    }
    (sent,) = await messages_to(region, fine.manager)
    assert sent["delivery"] == "sent"
    provider = Who("mail-provider", ("operator",), region.name)
    path = f"messages/{sent['message_id']}:record-receipt"
    await region.api.ask(provider, NOTIFICATIONS, path, {"receipt": "delivered"})
    await carded(region, homes["temp-fail"].manager.person_id, email=f"well@{region.name}.example.org")
    await later(region, region.moment(minutes=2))
    assert [row["delivery"] for row in await messages_to(region, fine.manager)] == ["delivered"]
    assert [row["delivery"] for row in await messages_to(region, homes["temp-fail"].manager)] == ["sent"]


async def test_T07_U27_a_dead_address_gets_nothing_more_and_the_facilitator_is_told_once(region: Region):
    cohort = await coming(region, nine(region.platform.now() + 20 * DAY))
    home = await region.ready_home(cohort)
    person = home.representative
    await carded(region, person.person_id, email=f"perm-fail@{region.name}.example.org", name="Una Reached")
    await region.place(home, cohort)
    await region.platform.settled()
    await move(region, cohort.workshops["S1"], nine(region.platform.now() + 30 * DAY))
    await region.platform.settled()
    rows = await messages_to(region, person, template_key="workshop-moved")
    assert [(row["delivery"], row["reason"]) for row in rows] == [("permanent_failure", "suppressed")]
    unreachable = region.events(NOTIFICATIONS, "RecipientUnreachable")
    assert [event.data["enrolment_id"] for event in unreachable] == [home.enrolment_id]
    assert subjects_of(region, "lead").count("Una Reached cannot be reached") == 1
    await carded(region, person.person_id, email=f"una@{region.name}.example.org")
    (failed,) = await region.api.rows(cohort.lead, NOTIFICATIONS, "failed-addresses", person_id=person.person_id)
    await region.api.ask(cohort.lead, NOTIFICATIONS, f"recipients/{failed['recipient_id']}:resume")
    (welcome,) = await messages_to(region, person, template_key="welcome")
    await region.api.ask(region.coordinator, NOTIFICATIONS, f"messages/{welcome['message_id']}:send-again")
    await region.platform.settled()
    assert len(subjects_of(region, "una")) == 1
    await move(region, cohort.workshops["S1"], nine(region.platform.now() + 37 * DAY))
    await region.platform.settled()
    assert [subject.split(":")[0] for subject in subjects_of(region, "una")[1:]] == ["New date"]


async def test_T11_everything_is_sent_once_when_the_mail_server_was_away_for_ten_minutes(region: Region):
    mail, gone_at = region.platform.running.mail, region.platform.now()
    mail.stop()
    try:
        homes = [await applied(region) for _ in range(3)]
        for minutes in (1, 6):
            await later(region, gone_at + timedelta(minutes=minutes))
        rows = [row for home in homes for row in await messages_to(region, home.manager)]
        assert {(row["status"], row["delivery"]) for row in rows} == {("deferred", "temporary_failure")}
        await later(region, gone_at + timedelta(minutes=10))
    finally:
        mail.start()
    await later(region, gone_at + timedelta(minutes=30))
    await later(region, gone_at + timedelta(minutes=60))
    assert [len(await messages_to(region, home.manager, status="sent")) for home in homes] == [1, 1, 1]
    assert len(subjects_of(region, "manager")) == 3


async def test_T12_each_message_names_its_event_its_rule_and_its_template(region: Region):
    home = await applied(region)
    event = await region.event("enrolment", "ApplicationSubmitted")
    await region.platform.settled()
    (row,) = await messages_to(region, home.manager)
    why = (await region.api.get(region.coordinator, NOTIFICATIONS, f"messages/{row['message_id']}/why")).body
    headers = dict(event.message.headers)
    assert why["source_event_id"] == headers["ce_id"].decode()
    assert (why["source_event"], why["notice"]) == (event.type, "application-received")
    assert (why["template_origin"], why["template_number"], why["language"]) == ("packaged", 1, "en")
    assert [step["status"] for step in why["steps"]] == ["requested", "claimed", "sent"]


async def test_T14_who_reads_welsh_is_written_to_in_welsh(region: Region):
    await applied(region, language="cy")
    await applied(region)
    await region.platform.settled()
    assert sorted(subjects_of(region, "manager")) == ["Mae eich cais wedi cyrraedd", "Your application has arrived"]


async def test_T04_U29_exactly_one_digest_at_nine_on_the_wall_of_the_day_on_which_the_clocks_change(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await preferring(region, cohort.lead, digest="daily")
    at_nine = change_after(region.platform.now() + DAY)
    await later(region, at_nine - 12 * timedelta(hours=1))
    await region.submitted(home, portfolio_id, "s1-policy")
    await region.submitted(home, portfolio_id, "on-role")
    await later(region, at_nine - timedelta(minutes=1))
    assert await messages_to(region, cohort.lead, template_key="digest") == []
    for hours in (0, 1, 2):
        await later(region, at_nine + timedelta(hours=hours))
        assert len(await messages_to(region, cohort.lead, template_key="digest")) == 1
    assert subjects_of(region, "lead").count("Waiting for your review: 2") == 1
    assert at_nine.astimezone(LONDON).hour == 9
