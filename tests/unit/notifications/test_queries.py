from functools import reduce
from typing import Any

import pytest
from pydantic import ValidationError

from services.notifications.domain import message
from services.notifications.domain.message import Message, MessageEvent, MessageUnknown
from services.notifications.domain.template import Edition, Template
from services.notifications.gateways.memory import MemoryMailer
from services.notifications.queries import (
    PACKAGED,
    PREVIEW,
    WHY,
    EventDoesNotFit,
    PackagedQuestion,
    PackagedTemplates,
    PreviewFails,
    PreviewQuestion,
    TemplateUnknown,
    Why,
    WhyQuestion,
)
from shared.events.notifications import TemplateText
from tests.unit.notifications.builders import MESSAGE, claimed, home_enrolled, requested
from tests.unit.notifications.tools import MemoryTools

OWN = Template(
    key="welcome",
    editions=(
        Edition(number=1, texts=(TemplateText(language="en", subject="First {{ name }}", text="t", html="h"),)),
        Edition(number=2, texts=(TemplateText(language="en", subject="{{ home_name|day }}", text="t", html="h"),)),
    ),
)


def tools() -> MemoryTools:
    happened: tuple[MessageEvent, ...] = (requested(), claimed())
    known = reduce(message.evolve, happened, Message())
    return MemoryTools({(Message, MESSAGE): known, (Template, "own"): OWN}, {}, MemoryMailer())


def preview(**question: Any):
    return PREVIEW.answer(PreviewQuestion(**question), tools())


async def test_a_message_says_which_event_notice_and_template_it_comes_from():
    told = await WHY.answer(WhyQuestion(message_id=MESSAGE), tools())
    assert isinstance(told, Why)
    assert (told.source_event_id, told.source_event) == ("e1", "sixsteps.enrolment.HomeEnrolled.v1")
    assert (told.notice, told.because) == ("welcome", "your home has a place on the programme")
    assert (told.template_key, told.recipient_person_id) == ("welcome", "ann")
    assert [(step.status, step.attempt) for step in told.steps] == [("requested", 1), ("claimed", 1)]
    assert "fields" not in told.model_dump()


async def test_nobody_can_say_why_a_message_was_sent_that_was_not():
    with pytest.raises(MessageUnknown):
        await WHY.answer(WhyQuestion(message_id="none"), tools())


async def test_a_packaged_template_is_previewed_by_its_key_with_an_example():
    told = await preview(template_id="workshop-invitation")
    assert told.subject == "Step 1: Tuesday 10 February 2026, 10:00"
    assert (told.origin, told.number) == ("packaged", 1)
    assert "The Old Library" in told.text
    assert "The Old Library" in told.html


async def test_a_template_is_previewed_with_an_event():
    event = home_enrolled(home_name="<Plas> & Co").model_dump(mode="json")
    told = await preview(template_id="welcome", event=event, name="Ann <Bee>")
    assert told.subject == "Welcome to the programme, <Plas> & Co"
    assert "Ann &lt;Bee&gt;" in told.html
    assert "<Plas>" not in told.html


async def test_a_published_template_is_previewed_by_its_id_in_any_version():
    told = await preview(template_id="own", number=1)
    assert (told.subject, told.origin, told.number) == ("First Alex Example", "published", 1)


async def test_an_event_of_another_kind_does_not_fit():
    with pytest.raises(EventDoesNotFit):
        await preview(template_id="welcome", event={"workshop_id": "w1"})


async def test_a_wording_that_cannot_be_filled_in_says_so():
    with pytest.raises(PreviewFails):
        await preview(template_id="own")


@pytest.mark.parametrize("question", [{"template_id": "none"}, {"template_id": "own", "number": 9}])
async def test_what_does_not_exist_cannot_be_previewed(question: Any):
    with pytest.raises(TemplateUnknown):
        await preview(**question)


def test_a_question_with_a_word_nobody_knows_is_refused():
    question: dict[str, Any] = {"template_id": "welcome", "colour": "red"}
    with pytest.raises(ValidationError):
        PreviewQuestion(**question)


async def test_the_packaged_templates_say_what_they_may_show():
    told = await PACKAGED.answer(PackagedQuestion(), tools())
    assert isinstance(told, PackagedTemplates)
    welcome = next(one for one in told.templates if one.key == "welcome")
    assert welcome.sent_on == "sixsteps.enrolment.HomeEnrolled.v1"
    assert welcome.fields == ("home_name", "language", "name", "started_on", "target_ends_on")
