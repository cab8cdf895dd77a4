from functools import reduce
from typing import Any

import pytest

from services.notifications.domain import audience, message
from services.notifications.domain.attempt import ClaimMessage
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import RecordDeferred, RecordFailed, RecordSent, RecordUnconfirmed
from services.notifications.domain.template import Edition, Template
from services.notifications.errands import SEND
from services.notifications.gateways.mail import Handover
from services.notifications.gateways.memory import MemoryMailer
from shared.events.notifications import AudienceLeft, MessageDeferred, NoticeLifted, TemplateText
from tests.support.scenario import NOW
from tests.unit.notifications.builders import COHORT, MESSAGE, claimed, failed, joined, notice_set, requested
from tests.unit.notifications.tools import MemoryTools

CARD = {"name": "Ann <Bee>", "email": "ann@example.org", "language": "en"}


def state(*events: Any):
    return reduce(message.evolve, events, Message())


CLAIMED = (requested(), claimed())


def tools(*answers: Any, card: Any = CARD, events: Any = CLAIMED, more: Any = ()):
    things = {(Message, MESSAGE): state(*events), **dict(more)}
    return MemoryTools(things, {"ann": card} if card else {}, MemoryMailer(answers))


def sent(**changes: Any):
    told = {"template_origin": "packaged", "template_number": 1, "language": "en", **changes}
    return RecordSent(message_id=MESSAGE, attempt=1, **told)


async def test_a_message_is_rendered_for_its_reader_and_handed_over():
    with_tools = tools()
    assert await SEND.run(requested(), with_tools) == sent()
    (mail,) = with_tools.mailer.mails
    assert (mail.to, mail.message_id, mail.at) == ("ann@example.org", MESSAGE, NOW)
    assert mail.subject == "Welcome to the programme, Bryn House"
    assert "Hello Ann <Bee>," in mail.text
    assert "Hello Ann &lt;Bee&gt;," in mail.html
    assert "because your home has a place on the programme" in mail.text


async def test_a_reader_gets_the_wording_that_the_region_published_in_their_language():
    texts = tuple(TemplateText(language=code, subject=code, text="t", html="h") for code in ("en", "cy"))
    own = ((Template, requested().template_id), Template(key="welcome", editions=(Edition(number=1, texts=texts),)))
    with_tools = tools(card={**CARD, "language": "cy"}, more=[own])
    assert await SEND.run(requested(), with_tools) == sent(template_origin="published", language="cy")
    assert with_tools.mailer.mails[0].subject == "cy"


async def test_a_welsh_reader_is_written_to_in_welsh():
    with_tools = tools(card={**CARD, "language": "cy"})
    assert await SEND.run(requested(), with_tools) == sent(language="cy")
    (mail,) = with_tools.mailer.mails
    assert mail.subject.startswith("Croeso i")
    assert "dydd Llun 12 Ionawr 2026" in mail.text
    assert "Anfonwyd hyn atoch oherwydd mae gan eich cartref le ar y rhaglen." in mail.text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Handover.ADDRESS_REFUSED, RecordFailed(message_id=MESSAGE, attempt=1, reason="address-refused")),
        (Handover.REFUSED, RecordFailed(message_id=MESSAGE, attempt=1, reason="provider-refused")),
        (Handover.AWAY, RecordDeferred(message_id=MESSAGE, attempt=1, reason="provider-away")),
        (Handover.BUSY, RecordDeferred(message_id=MESSAGE, attempt=1, reason="provider-busy")),
        (Handover.UNKNOWN, RecordUnconfirmed(message_id=MESSAGE, attempt=1)),
    ],
)
async def test_what_the_provider_answers_is_recorded(answer: Any, outcome: Any):
    assert await SEND.run(requested(), tools(answer)) == outcome


async def test_a_person_without_a_card_is_looked_for_later():
    with_tools = tools(card=None)
    outcome = await SEND.run(requested(), with_tools)
    assert outcome == RecordDeferred(message_id=MESSAGE, attempt=1, reason="no-card-yet")
    assert with_tools.mailer.mails == []


async def test_a_person_without_an_address_gets_nothing():
    with_tools = tools(card={**CARD, "email": None})
    outcome = await SEND.run(requested(), with_tools)
    assert outcome == RecordFailed(message_id=MESSAGE, attempt=1, reason="no-address")
    assert with_tools.mailer.mails == []


async def test_a_message_that_was_found_too_late_when_claimed_is_not_sent():
    with_tools = tools(events=(requested(), failed("too-late")))
    assert isinstance(await SEND.run(requested(), with_tools), RecordFailed)
    assert with_tools.mailer.mails == []


@pytest.mark.parametrize("slip", [{"fields": {}}, {"template_key": "gone"}, {"notice": "gone"}])
async def test_a_message_that_cannot_be_rendered_fails_and_says_so(slip: Any):
    event = requested(**slip)
    outcome = await SEND.run(event, tools(events=(event, claimed())))
    assert outcome == RecordFailed(message_id=MESSAGE, attempt=1, reason="not-renderable")


def test_claim_and_interruption_concern_the_same_attempt():
    claim, interrupted = SEND.claim(requested(2)), SEND.interrupted(requested(2))
    assert isinstance(claim, ClaimMessage)
    assert isinstance(interrupted, RecordUnconfirmed)
    assert (claim.message_id, claim.attempt) == (interrupted.message_id, interrupted.attempt) == (MESSAGE, 2)


SECOND = requested(2, audience_id=COHORT, notice_id="n1")


def waited(*events: Any):
    """Tools for the second attempt of a message of the notice n1, in an audience with this history."""
    tried_before = MessageDeferred(
        message_id=MESSAGE, attempt=1, reason="provider-away", deferred_at=NOW, try_again_at=NOW
    )
    known = reduce(audience.evolve, events, audience.Audience())
    again = (requested(), claimed(), tried_before, SECOND, claimed(2))
    return tools(events=again, more=[((audience.Audience, COHORT), known)])


@pytest.mark.parametrize(
    "since",
    [
        (AudienceLeft(audience_id=COHORT, person_id="ann", role="representative", through="en1"),),
        (notice_set(revision=1, source_event_id="e2"),),
        (NoticeLifted(audience_id=COHORT, notice_id="n1"),),
    ],
    ids=["its reader left", "something newer was said", "it holds no longer"],
)
async def test_a_message_that_waited_is_not_sent_when_meanwhile(since: Any):
    with_tools = waited(joined(), notice_set(), *since)
    assert await SEND.run(SECOND, with_tools) == RecordFailed(message_id=MESSAGE, attempt=2, reason="superseded")
    assert with_tools.mailer.mails == []


async def test_a_message_that_waited_is_sent_when_nothing_has_changed():
    with_tools = waited(joined(), notice_set())
    assert isinstance(await SEND.run(SECOND, with_tools), RecordSent)
    assert [mail.to for mail in with_tools.mailer.mails] == ["ann@example.org"]
