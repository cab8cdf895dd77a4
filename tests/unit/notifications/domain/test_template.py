from typing import Any

import pytest

from services.notifications import facts
from services.notifications.domain.template import (
    EnglishMissing,
    FieldUnknown,
    InstructionNotAllowed,
    LanguageTwice,
    NoSuchMessage,
    NumberSkipped,
    NumberTaken,
    PublishTemplate,
    Wording,
    WordingFails,
    WordingUnreadable,
    identity,
)
from services.notifications.service import TEMPLATES
from shared.chassis.declarations.facts import S
from shared.events.notifications import TemplatePublished
from tests.support.scenario import REGION, Answer, Scenario
from tests.unit.notifications.builders import requested

ENGLISH = Wording(language="en", subject="Hello {{ name }}", text="{{ home_name }}", html="<p>{{ home_name }}</p>")
WELSH = Wording(language="cy", subject="Helo {{ name }}", text="{{ home_name }}", html="<p>{{ home_name }}</p>")


def publish(*texts: Wording, number: int = 1, key: str = "welcome") -> PublishTemplate:
    return PublishTemplate(template_id="t1", key=key, number=number, texts=texts or (ENGLISH,))


async def no_look(state: type[S], thing_id: str) -> S | None:
    return None


async def when(command: PublishTemplate, *given: TemplatePublished) -> Answer:
    told = await facts.template(command, no_look)
    return Scenario(TEMPLATES).given(*given).when(command, facts=told)


def published(number: int = 1) -> TemplatePublished:
    texts = tuple(wording.model_dump() for wording in (ENGLISH,))
    return TemplatePublished.model_validate({"template_id": "t1", "key": "welcome", "number": number, "texts": texts})


async def test_a_wording_is_published_in_numbered_versions():
    (await when(publish())).then(published())
    (await when(publish(number=2), published())).then(published(2))


async def test_publishing_the_same_version_again_changes_nothing():
    (await when(publish(), published())).then_nothing()


async def test_a_published_number_never_changes():
    other = ENGLISH.model_copy(update={"subject": "Other"})
    (await when(publish(other), published())).then_refused(NumberTaken, field="number", next_number=2)


async def test_no_number_is_skipped():
    (await when(publish(number=3), published())).then_refused(NumberSkipped, next_number=2)


async def test_a_wording_needs_english():
    (await when(publish(WELSH))).then_refused(EnglishMissing)
    (await when(publish(ENGLISH, WELSH))).then_happened(TemplatePublished)


async def test_a_language_comes_once():
    (await when(publish(ENGLISH, ENGLISH))).then_refused(LanguageTwice)


async def test_a_key_that_no_message_has_is_refused():
    (await when(publish(key="birthday-card"))).then_refused(NoSuchMessage, field="key")


async def test_a_field_that_the_message_does_not_have_is_refused_by_name_and_place():
    wrong = ENGLISH.model_copy(update={"html": "<p>\n{{ email }}</p>"})
    refusal = (await when(publish(wrong))).then_refused(FieldUnknown, field="texts.0.html", about="email", line=2)
    assert {"name", "language", "home_name"} <= set(refusal.details["fields"])


async def test_a_wording_that_cannot_be_read_is_refused_with_its_line():
    wrong = ENGLISH.model_copy(update={"text": "Hello\n{{ name "})
    (await when(publish(wrong))).then_refused(WordingUnreadable, field="texts.0.text", line=2)


@pytest.mark.parametrize(
    "source",
    [
        "{% for letter in name %}{{ letter }}{% endfor %}",
        "{{ name|safe }}",
        "{{ name.__class__ }}",
        "{{ name['x'] }}",
        "{{ name * 1000000000 }}",
        "{% set other = name %}",
        "{% include 'layout.html' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ name() }}",
    ],
)
async def test_a_wording_may_show_and_choose_but_not_compute(source: Any):
    wrong = ENGLISH.model_copy(update={"html": source})
    (await when(publish(wrong))).then_refused(InstructionNotAllowed, field="texts.0.html")


async def test_a_filter_on_a_field_that_it_does_not_suit_is_refused():
    wrong = ENGLISH.model_copy(update={"text": "{{ home_name|day }}"})
    (await when(publish(wrong))).then_refused(WordingFails, field="texts.0.text")


async def test_a_wording_may_choose_and_use_the_filters():
    fine = ENGLISH.model_copy(update={"text": "{% if home_name == 'X' %}{{ started_on|day }}{% else %}-{% endif %}"})
    (await when(publish(fine))).then_happened(TemplatePublished)


def test_messages_find_the_template_that_their_region_published():
    assert identity(publish(), REGION) == requested().template_id
