"""A template: a region's own wording of one message, in numbered versions that never change once published."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field, StringConstraints

from services.notifications.domain import message
from shared.chassis.declarations.access import Access, may
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import TemplatePublished, TemplateText
from shared.events.roles import COORDINATOR
from shared.events.values import Language, Value

Source = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Edition(State):
    """One published version."""

    number: int
    texts: tuple[TemplateText, ...]


class Template(State):
    """What a region has published under one key."""

    key: str = ""
    editions: tuple[Edition, ...] = ()


class Wording(Value):
    """What the author wrote in one language. All three parts are needed: some people read plain text only."""

    language: Language
    subject: Subject
    text: Source
    html: Source


class Fault(Value):
    """What is wrong with one part of a wording. `about` is the field or the sort of instruction at fault."""

    kind: Literal["syntax", "field", "instruction", "rendering"]
    place: str
    about: str
    line: int = 1


class TemplateFacts(Facts):
    """`faults` were found by reading and trying the wording; `fields` are what it may use (None: no such message)."""

    fields: tuple[str, ...] | None
    faults: tuple[Fault, ...] = ()


class PublishTemplate(Command):
    """Publish a version of a message's wording. `number` is one more than the last; the first is 1."""

    asked_by: ClassVar[Access] = may(COORDINATOR)
    creates: ClassVar[bool] = True

    template_id: Key
    key: Key
    number: int = Field(ge=1, le=10_000, strict=True)
    texts: tuple[Wording, ...] = Field(min_length=1, max_length=2)


class NoSuchMessage(Refusal, kind="invalid"):
    """No message is sent under this key. See the packaged templates for the keys there are."""


class EnglishMissing(Refusal, kind="invalid"):
    """A template needs its wording in English; other languages come beside it."""


class LanguageTwice(Refusal, kind="invalid"):
    """A template has one wording in each language. Take one of the two away."""


class WordingUnreadable(Refusal, kind="invalid"):
    """The template's instructions cannot be read. Look at the line that is named: a bracket may be missing."""


class InstructionNotAllowed(Refusal, kind="invalid"):
    """A template may show fields, choose by `if`, and use the filters day, time, words and list; nothing else."""


class FieldUnknown(Refusal, kind="invalid"):
    """The wording uses a field that this message does not have. Use one of those that are listed."""


class WordingFails(Refusal, kind="invalid"):
    """The wording cannot be filled in with the example. A filter may stand on a field that it does not suit."""


class NumberTaken(Refusal):
    """This number is published already and never changes. Publish the next number."""


class NumberSkipped(Refusal):
    """Versions are numbered one after another. Publish the next number."""


TemplateCommand = PublishTemplate
TemplateEvent = TemplatePublished

_REFUSALS: dict[str, type[Refusal]] = {
    "syntax": WordingUnreadable,
    "instruction": InstructionNotAllowed,
    "field": FieldUnknown,
    "rendering": WordingFails,
}


def identity(command: PublishTemplate, region: str) -> str:
    """A message has one template in a region."""
    return message.template_id(region, command.key)


def decide(template: Template, command: TemplateCommand, facts: TemplateFacts) -> Sequence[TemplateEvent]:
    """The rules of a template. Raises the refusals of this module."""
    match command:
        case PublishTemplate():
            return _publish(template, command, facts)
        case _:
            assert_never(command)


def _publish(template: Template, command: PublishTemplate, facts: TemplateFacts) -> Sequence[TemplateEvent]:
    texts = tuple(TemplateText(**wording.model_dump()) for wording in command.texts)
    published = next((known for known in template.editions if known.number == command.number), None)
    if published is not None:
        if published.texts == texts:
            return []
        raise NumberTaken(field="number", next_number=len(template.editions) + 1)
    if command.number != len(template.editions) + 1:
        raise NumberSkipped(field="number", next_number=len(template.editions) + 1)
    _must_be_sound(command, facts)
    return [TemplatePublished(template_id=command.template_id, key=command.key, number=command.number, texts=texts)]


def _must_be_sound(command: PublishTemplate, facts: TemplateFacts) -> None:
    if facts.fields is None:
        raise NoSuchMessage(field="key")
    languages = [wording.language for wording in command.texts]
    if len(set(languages)) < len(languages):
        raise LanguageTwice(field="texts")
    if "en" not in languages:
        raise EnglishMissing(field="texts")
    for fault in facts.faults:
        raise _REFUSALS[fault.kind](field=fault.place, about=fault.about, line=fault.line, fields=list(facts.fields))


def evolve(template: Template, event: TemplateEvent) -> Template:
    """The template after this event."""
    match event:
        case TemplatePublished():
            edition = Edition(number=event.number, texts=event.texts)
            return replace(template, key=event.key, editions=(*template.editions, edition))
        case _:
            assert_never(event)
