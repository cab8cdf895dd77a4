"""A workshop that is moved, goes online or is cancelled, through the whole service over drivers in memory."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifications.gateways.mail import Handover
from services.notifications.gateways.memory import MemoryMailer
from shared.events.enrolment import EnrolmentWithdrawn, WorkshopCancelled, WorkshopMoved, WorkshopWentOnline
from shared.events.values import calendar_uid
from tests.support.scenario import NOW
from tests.unit.notifications.builders import WORKSHOP_STARTS, home_enrolled, workshop_scheduled
from tests.unit.notifications.office import Office

WEEK = timedelta(days=7)
REMIND_AT = WORKSHOP_STARTS - timedelta(days=2)
EARLIER: dict[str, Any] = {"earlier_mode": "in-person", "reason": "venue-lost", "notice_hours": 700}


def dated(revision: int, starts_at: datetime = WORKSHOP_STARTS, **changes: Any) -> dict[str, Any]:
    told = workshop_scheduled(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)).model_dump()
    told = {name: value for name, value in told.items() if name not in ("replaces_workshop_id", "after")}
    return {**told, "schedule_revision": revision, **changes}


def moved(revision: int = 2, by: timedelta = WEEK) -> WorkshopMoved:
    times: dict[str, Any] = {
        "earlier_starts_at": WORKSHOP_STARTS,
        "earlier_ends_at": WORKSHOP_STARTS + timedelta(hours=3),
    }
    return WorkshopMoved(**dated(revision, WORKSHOP_STARTS + by), **times, **EARLIER)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    for person in ("sam", "ann", "ben", "fay"):
        opened.know(person)
    opened.happen(workshop_scheduled(), "workshop-w1")
    opened.happen(home_enrolled(), "enrolment-en1")
    await opened.all_done()
    yield opened
    await opened.close()


async def at(office: Office, moment: datetime) -> None:
    office.clock.moment = moment
    await office.tick()
    await office.all_done()


def reminders(office: Office) -> list[tuple[str, str]]:
    return [(who, subject) for who, subject in office.sent if subject.startswith("In two days")]


async def test_a_reminder_follows_a_moved_workshop(office: Office) -> None:
    office.happen(moved(), "workshop-w1")
    await office.all_done()
    assert ("ann", "New date: Step 1, Wednesday 18 February 2026, 09:00") in office.sent
    await at(office, REMIND_AT)
    assert reminders(office) == []
    await at(office, REMIND_AT + WEEK)
    await at(office, REMIND_AT + WEEK + timedelta(days=1))
    subject = "In two days: Step 1, Wednesday 18 February 2026"
    assert reminders(office) == [("ann", subject), ("ben", subject)]


async def test_a_home_that_left_is_reminded_of_nothing(office: Office) -> None:
    left = EnrolmentWithdrawn(
        enrolment_id="en1", home_id="h1", pathway="p", reason="sold", withdrawn_on=NOW.date(), cohort_id="c1"
    )
    office.happen(left, "enrolment-en1")
    await office.all_done()
    await at(office, REMIND_AT)
    assert reminders(office) == []


async def test_a_cancelled_workshop_is_told_once_and_reminded_of_no_more(office: Office) -> None:
    cancelled = WorkshopCancelled(
        **dated(2), reason="venue-lost", at_the_door=False, notice_hours=700, replacement_workshop_id="w2"
    )
    office.happen(cancelled, "workshop-w1")
    await office.all_done()
    await at(office, REMIND_AT)
    assert [who for who, subject in office.sent if subject.startswith("Cancelled")] == ["ann", "ben"]
    assert reminders(office) == []


async def test_the_entry_in_the_calendar_keeps_its_name_and_its_sequence_rises(office: Office) -> None:
    office.happen(moved(2), "workshop-w1")
    online = WorkshopWentOnline(**dated(3, WORKSHOP_STARTS + WEEK, join_link="https://meet.example/1"), **EARLIER)
    office.happen(online, "workshop-w1")
    gone = dated(4, WORKSHOP_STARTS + WEEK)
    told: dict[str, Any] = {"reason": "weather", "at_the_door": False, "notice_hours": 9}
    office.happen(WorkshopCancelled(**gone, **told, replacement_workshop_id="w2"), "workshop-w1")
    await office.all_done()
    mails = [mail for mail in office.mailer.mails if mail.to.startswith("ann") and mail.appointment]
    entries = sorted((mail.appointment for mail in mails if mail.appointment), key=lambda entry: entry.sequence)
    assert {entry.uid for entry in entries} == {calendar_uid("w1")}
    assert [(entry.method, entry.sequence) for entry in entries] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("REQUEST", 2),
        ("CANCEL", 3),
    ]
    assert [entry.place for entry in entries[:3]] == ["The Old Library", "The Old Library", "https://meet.example/1"]
    assert entries[1].starts_at == WORKSHOP_STARTS + WEEK


async def test_an_invitation_that_waited_is_not_sent_when_the_workshop_was_moved_meanwhile() -> None:
    office = Office(mailer=MemoryMailer([Handover.ACCEPTED] * 2 + [Handover.AWAY] * 2))
    await office.open()
    for person in ("ann", "ben"):
        office.know(person)
    await office.all_done()
    office.happen(home_enrolled(signatory_person_id="ann", lead_person_id="ann"), "enrolment-en1")
    await office.all_done()
    assert len(office.sent) == 2
    office.happen(workshop_scheduled(), "workshop-w1")
    await office.all_done()
    assert len(office.sent) == 2
    office.happen(moved(), "workshop-w1")
    await office.all_done()
    await at(office, NOW + timedelta(minutes=1))
    subjects = [subject for _, subject in office.sent if "Step 1" in subject]
    assert subjects == ["New date: Step 1, Wednesday 18 February 2026, 09:00"] * 2
    await office.close()
