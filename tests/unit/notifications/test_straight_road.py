"""The whole service on the chassis, over drivers in memory: what happens elsewhere becomes e-mails, each once."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.notifications.domain.audience import audience_id
from services.notifications.domain.message import Message, message_id
from services.notifications.domain.recipient import Recipient, recipient_id
from services.notifications.gateways.mail import Handover
from services.notifications.gateways.memory import MemoryMailer
from shared.events.enrolment import ChampionAwarded, FacilitatorAssigned, RepresentativeConfirmed
from shared.events.portfolio import AccreditationGranted
from tests.support.scenario import REGION
from tests.unit.notifications.builders import WORKSHOP_STARTS, home_enrolled, workshop_scheduled
from tests.unit.notifications.office import Office

WELCOME = "Welcome to the programme, Bryn House"
INVITATION = "Step 1: Wednesday 11 February 2026, 09:00"
REMINDER = "In two days: Step 1, Wednesday 11 February 2026"
PEOPLE = ("sam", "ann", "ben", "fay", "cat")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    for person in PEOPLE:
        opened.know(person)
    await opened.all_done()
    yield opened
    await opened.close()


def lead_assigned() -> FacilitatorAssigned:
    return FacilitatorAssigned(cohort_id="c1", person_id="fay")


def awarded() -> ChampionAwarded:
    return ChampionAwarded(
        award_id="a1",
        person_id="ann",
        enrolment_id="en1",
        home_id="h1",
        home_name="Bryn House",
        version_id="v1",
        covered_codes=("S1",),
        awarded_on=date(2026, 9, 21),
    )


def confirmed_late() -> RepresentativeConfirmed:
    return RepresentativeConfirmed(
        enrolment_id="en1", home_id="h1", person_id="cat", represents_from=date(2026, 2, 1), cohort_id="c1"
    )


async def enrol(office: Office) -> None:
    office.happen(lead_assigned(), "cohort-c1")
    office.happen(workshop_scheduled(), "workshop-w1")
    office.happen(home_enrolled(), "enrolment-en1")
    await office.all_done()


EXPECTED = [
    ("ann", INVITATION),
    ("ann", WELCOME),
    ("ben", INVITATION),
    ("ben", WELCOME),
    ("fay", INVITATION),
    ("sam", WELCOME),
]


async def test_a_home_that_enrols_is_welcomed_and_invited(office: Office) -> None:
    await enrol(office)
    assert office.sent == EXPECTED


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_everybody_is_told_the_same_in_any_order_of_events(office: Office, order: tuple[int, ...]) -> None:
    events: list[tuple[Any, str]] = [
        (lead_assigned(), "cohort-c1"),
        (workshop_scheduled(), "workshop-w1"),
        (home_enrolled(), "enrolment-en1"),
    ]
    for place in order:
        office.happen(*events[place])
        await office.all_done()
    assert office.sent == EXPECTED


async def test_a_full_replay_sends_nothing(office: Office) -> None:
    await enrol(office)
    office.clock.moment = WORKSHOP_STARTS - timedelta(days=2)
    await office.tick()
    await office.all_done()
    before = len(office.mailer.mails)
    await office.close()
    office.cluster.done.clear()
    await office.open()
    await office.all_done()
    await office.tick()
    await office.all_done()
    assert (before, len(office.mailer.mails)) == (9, 9)


async def test_a_full_replay_into_an_empty_journal_sends_nothing_that_is_over(office: Office) -> None:
    await enrol(office)
    office.clock.moment = WORKSHOP_STARTS + timedelta(days=60)
    other = Office(cluster=office.cluster, clock=office.clock)
    other.cluster.done.clear()
    await office.close()
    await other.open()
    await other.all_done()
    assert other.mailer.mails == []
    await other.close()


async def test_those_who_are_there_two_days_before_a_workshop_are_reminded_once(office: Office) -> None:
    await enrol(office)
    office.clock.moment = WORKSHOP_STARTS - timedelta(days=2, seconds=1)
    await office.tick()
    await office.all_done()
    assert REMINDER not in dict(office.sent).values()
    office.happen(confirmed_late(), "enrolment-en1")
    await office.all_done()
    office.clock.moment = WORKSHOP_STARTS - timedelta(days=2)
    for _twice in range(2):
        await office.tick()
        await office.all_done()
    assert [who for who, subject in office.sent if subject == REMINDER] == ["ann", "ben", "cat", "fay"]


async def test_who_joins_late_is_welcomed_and_invited_once(office: Office) -> None:
    await enrol(office)
    office.happen(confirmed_late(), "enrolment-en1")
    await office.all_done()
    assert [subject for who, subject in office.sent if who == "cat"] == [INVITATION, WELCOME]


async def test_an_accreditation_is_told_to_signatory_and_representatives(office: Office) -> None:
    await enrol(office)
    granted = AccreditationGranted(
        accreditation_id="ac1",
        home_id="h1",
        home_name="Bryn House",
        enrolment_id="en1",
        pathway="care-home",
        version_id="v1",
        certificate_number="SIX-1",
        valid_from=date(2026, 9, 21),
        valid_to=date(2027, 9, 20),
        lapses_on=date(2027, 10, 20),
        agrees_to_public_register=True,
        signatory_person_id="sam",
    )
    office.happen(granted, "accreditation-ac1")
    await office.all_done()
    assert [who for who, subject in office.sent if subject == "Bryn House is accredited"] == ["ann", "ben", "sam"]


async def test_a_message_waits_until_the_provider_is_back_and_is_sent_once() -> None:
    office = Office(mailer=MemoryMailer([Handover.AWAY, Handover.BUSY]))
    await office.open()
    office.know("ann")
    await office.all_done()
    office.happen(awarded(), "enrolment-en1")
    await office.all_done()
    for minutes in (1, 5, 15):
        office.clock.pass_by(minutes=minutes)
        await office.tick()
        await office.all_done()
    assert [who for who, _ in office.sent] == ["ann"]
    await office.close()


async def test_a_message_waits_for_a_contact_card_that_is_late() -> None:
    office = Office()
    await office.open()
    office.happen(awarded(), "enrolment-en1")
    await office.all_done()
    office.know("ann")
    await office.all_done()
    office.clock.pass_by(minutes=1)
    await office.tick()
    await office.all_done()
    assert [who for who, _ in office.sent] == ["ann"]
    await office.close()


async def test_a_dead_address_gets_no_second_message() -> None:
    office = Office(mailer=MemoryMailer([Handover.ADDRESS_REFUSED]))
    await office.open()
    office.know("ann")
    await office.all_done()
    office.happen(awarded(), "enrolment-en1")
    await office.all_done()
    second = office.happen(awarded(), "enrolment-en1")
    await office.all_done()
    assert office.running is not None
    recipient = await office.running.handling.look_in(REGION)(Recipient, recipient_id(REGION, "ann"))
    message = await office.running.handling.look_in(REGION)(Message, message_id(second, "ann", "champion-award"))
    assert recipient is not None
    assert recipient.suppressed
    assert message is not None
    assert (message.status, message.reason) == ("failed", "suppressed")
    assert office.mailer.mails == []
    await office.close()


async def test_what_a_lost_connection_leaves_open_is_shown_and_not_sent_again() -> None:
    office = Office(mailer=MemoryMailer([Handover.UNKNOWN]))
    await office.open()
    office.know("ann")
    await office.all_done()
    event = office.happen(awarded(), "enrolment-en1")
    await office.all_done()
    office.clock.pass_by(hours=3)
    await office.tick()
    await office.all_done()
    assert office.running is not None
    message = await office.running.handling.look_in(REGION)(Message, message_id(event, "ann", "champion-award"))
    assert message is not None
    assert (message.status, len(office.mailer.mails)) == ("unconfirmed", 1)
    await office.close()


async def test_no_name_or_address_stands_in_an_event_or_a_row(office: Office) -> None:
    office.know("ann", name="Unmistakable Name", email="unmistakable@example.org")
    await enrol(office)
    everything = [
        bytes(message.value or b"")
        for part in office.cluster.parts(["notifications-events"])
        for message in office.cluster.logs[part]
    ]
    rows = await office.store.find("view_messages", {})
    assert len(everything) > len(rows) == len(office.mailer.mails)
    told = b"".join(everything).decode() + str(rows)
    assert "example.org" not in told
    assert "Unmistakable" not in told
    assert audience_id("cohort", "c1") in told
