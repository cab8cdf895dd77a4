"""What failed for good is sent once more when somebody mended the cause and says so; never before."""

from datetime import date

import pytest

from services.notifications.domain.attempt import MessageHeldBack, SendAgain
from services.notifications.domain.message import message_id
from services.notifications.domain.recipient import ResumeRecipient, recipient_id
from services.notifications.gateways.mail import Handover
from services.notifications.gateways.memory import MemoryMailer
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Actor
from shared.events.enrolment import ChampionAwarded
from tests.support.scenario import REGION
from tests.support.shoe_works import asking
from tests.unit.notifications.office import Office

CARER = Actor(kind="person", id="coordinator-1", regions=frozenset({REGION}))
AWARDED = ChampionAwarded(
    award_id="a1",
    person_id="ann",
    enrolment_id="en1",
    home_id="h1",
    home_name="Bryn House",
    version_id="v1",
    covered_codes=("S1",),
    awarded_on=date(2026, 9, 21),
)


async def failing(answer: Handover) -> tuple[Office, SendAgain]:
    """An office whose provider answered the first e-mail like this, and what asks for that one again."""
    office = Office(mailer=MemoryMailer([answer]))
    await office.open()
    office.know("ann")
    await office.all_done()
    event = office.happen(AWARDED, "enrolment-en1")
    await office.all_done()
    return office, SendAgain(message_id=message_id(event, "ann", "champion-award"))


async def ask(office: Office, command: Command, key: str) -> None:
    assert office.running is not None
    await office.running.handling.handle(asking(command, key, actor=CARER, region=REGION))
    await office.all_done()


async def test_what_the_provider_refused_is_sent_once() -> None:
    office, again = await failing(Handover.REFUSED)
    assert office.sent == []
    for _ in range(2):
        await ask(office, again, "mended")
    assert [who for who, _ in office.sent] == ["ann"]
    await office.close()


async def test_what_a_dead_address_refused_waits_until_it_is_resumed() -> None:
    office, again = await failing(Handover.ADDRESS_REFUSED)
    with pytest.raises(MessageHeldBack):
        await ask(office, again, "too-soon")
    await ask(office, ResumeRecipient(recipient_id=recipient_id(REGION, "ann")), "seen-to")
    await ask(office, again, "mended")
    assert [who for who, _ in office.sent] == ["ann"]
    await office.close()
