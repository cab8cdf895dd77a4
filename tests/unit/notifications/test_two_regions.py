"""One person at home in two regions: whatever happens in one says nothing about the other, and nothing is parked."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.notifications.domain.recipient import Recipient, ResumeRecipient, SetPreferences, recipient_id
from services.notifications.gateways.mail import Handover
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Actor
from shared.chassis.reading.parking import PARKED
from shared.events.notifications import SwitchedOff
from shared.events.portfolio import EvidenceApproved
from tests.support.scenario import REGION
from tests.support.shoe_works import asking
from tests.unit.notifications.builders import home_enrolled
from tests.unit.notifications.office import Office

ABROAD = "south"
MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
WELCOME = "Welcome to the programme, Bryn House"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    opened = Office()
    await opened.open()
    opened.know("ann")
    await opened.all_done()
    yield opened
    assert await opened.store.find(PARKED, {}) == []
    await opened.close()


def enrolled(office: Office, region: str) -> None:
    told = home_enrolled(
        enrolment_id=f"en-{region}",
        cohort_id=f"c-{region}",
        home_id=f"h-{region}",
        signatory_person_id="ann",
        representative_person_ids=("ann",),
    )
    office.happen(told, f"enrolment-en-{region}", region=region)


def approved(office: Office, region: str) -> None:
    told: dict[str, Any] = {"portfolio_id": "p1", "enrolment_id": f"en-{region}", "home_id": f"h-{region}"}
    told |= {"evidence_id": f"i-{region}", "requirement_key": "s1-policy", "step": "S1", "revision": 1}
    event = EvidenceApproved(**told, facilitator_person_id="fay", author_person_id="ann")
    office.happen(event, f"evidence-i-{region}", region=region)


async def ask(office: Office, command: Command, region: str) -> None:
    assert office.running is not None
    actor = Actor(kind="system", id="test", regions=frozenset({region}))
    await office.running.handling.handle(asking(command, f"key-{region}", actor=actor, region=region))


async def state(office: Office, region: str) -> Recipient:
    assert office.running is not None
    found = await office.running.handling.look_in(region)(Recipient, recipient_id(region, "ann"))
    return found or Recipient()


async def monday(office: Office) -> None:
    await office.all_done()
    office.clock.moment = MONDAY
    await office.tick()
    await office.all_done()


async def test_a_person_is_told_in_both_regions_at_the_one_address_that_they_have(office: Office) -> None:
    for region in (REGION, ABROAD):
        enrolled(office, region)
    await office.all_done()
    assert office.sent == [("ann", WELCOME), ("ann", WELCOME)]


async def test_an_address_that_failed_is_noted_in_each_region_and_resumed_in_each(office: Office) -> None:
    office.mailer.answers.extend([Handover.ADDRESS_REFUSED] * 2)
    for region in (REGION, ABROAD):
        enrolled(office, region)
    await office.all_done()
    assert [(await state(office, region)).suppressed for region in (REGION, ABROAD)] == [True, True]
    await ask(office, ResumeRecipient(recipient_id=recipient_id(ABROAD, "ann")), ABROAD)
    assert [(await state(office, region)).suppressed for region in (REGION, ABROAD)] == [True, False]


async def test_a_digest_comes_from_each_region_with_what_was_approved_there(office: Office) -> None:
    for region in (REGION, ABROAD):
        enrolled(office, region)
        approved(office, region)
    await office.all_done()
    office.mailer.mails.clear()
    await monday(office)
    assert office.sent == [("ann", "Approved evidence: 1")] * 2


async def test_the_preferences_of_one_region_are_not_those_of_the_other(office: Office) -> None:
    for region in (REGION, ABROAD):
        enrolled(office, region)
        approved(office, region)
    await office.all_done()
    office.mailer.mails.clear()
    here = recipient_id(REGION, "ann")
    off = (SwitchedOff(category="progress"),)
    await ask(office, SetPreferences(recipient_id=here, person_id="ann", off=off), REGION)
    await monday(office)
    assert office.sent == [("ann", "Approved evidence: 1")]
    assert [(await state(office, region)).wants("progress") for region in (REGION, ABROAD)] == [False, True]
