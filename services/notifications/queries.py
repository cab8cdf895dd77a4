"""Questions of their own: why somebody got a message, what a template looks like, and which came with the platform."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.notifications.domain.message import Message, MessageUnknown, Step
from services.notifications.domain.template import Template
from services.notifications.templates.naming import named
from services.notifications.templates.notices import CARD_FIELDS, NOTICES, NoticeRule, examples_for, fields_of, rule_for
from services.notifications.templates.rendering import NotRenderable, render
from services.notifications.templates.wording import NoWording, packaged, wording
from shared.chassis.declarations.access import may
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Query
from shared.chassis.declarations.refusal import Refusal
from shared.events.notifications import Category, TemplateOrigin
from shared.events.roles import COORDINATOR, FACILITATOR
from shared.events.values import Language

TEAM = may(COORDINATOR, FACILITATOR)


class Question(BaseModel):
    """What somebody wants to know. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TemplateUnknown(Refusal, kind="missing"):
    """There is no such template, or it has no version with this number."""


class EventDoesNotFit(Refusal, kind="invalid"):
    """The event is not one that this template tells of. Leave it out to see an example."""


class PreviewFails(Refusal, kind="invalid"):
    """The wording cannot be filled in with this event."""


class WhyQuestion(Question):
    """Why was this message sent."""

    message_id: Key


class Why(BaseModel):
    """Where a message comes from and what became of it; never an address or a text."""

    message_id: str
    recipient_person_id: str
    source_event_id: str
    source_event: str | None
    notice: str
    because: str | None
    category: Category
    template_key: str
    template_origin: TemplateOrigin | None
    template_number: int | None
    language: Language | None
    status: str
    reason: str | None
    valid_until: datetime | None
    try_again_at: datetime | None
    steps: tuple[Step, ...]


async def why(question: WhyQuestion, tools: Tools) -> Why:
    """The event, the row of the table, the template and the steps of one message. Raises MessageUnknown."""
    message = await tools.look(Message, question.message_id)
    if message is None:
        raise MessageUnknown
    rule = NOTICES.get(message.notice)
    told = {name: getattr(message, name) for name in Why.model_fields if name in Message.model_fields}
    return Why(
        message_id=question.message_id,
        source_event=rule.event_class.type_name() if rule else None,
        because=rule.because["en"] if rule else None,
        **told,
    )


class PreviewQuestion(Question):
    """What this template looks like. `template_id` may also be the key of a packaged one.

    `event` is the data of an event that the template tells of; without it an example is used.
    """

    template_id: Key
    number: int | None = None
    language: Language = "en"
    name: Annotated[str, Field(min_length=1, max_length=200)] = CARD_FIELDS["name"]
    event: dict[str, Any] | None = None


class Preview(BaseModel):
    """A message as its recipient would read it, and which wording it is."""

    subject: str
    text: str
    html: str
    key: str
    origin: TemplateOrigin
    number: int
    language: Language


async def preview(question: PreviewQuestion, tools: Tools) -> Preview:
    """Fill a template in, sending nothing. Raises TemplateUnknown, EventDoesNotFit and PreviewFails."""
    published = await tools.look(Template, question.template_id)
    key = published.key if published and published.key else question.template_id
    rule = rule_for(key)
    if rule is None:
        raise TemplateUnknown
    where = question.template_id if published else None
    try:
        chosen = await wording(key, where, question.language, tools.look, question.number)
        fields = {**await _fields(rule, key, question, tools), "name": question.name, "language": question.language}
        because = rule.because.get(chosen.text.language, rule.because["en"])
        rendered = render(chosen.text, fields, because)
    except NoWording as unknown:
        raise TemplateUnknown from unknown
    except NotRenderable as failed:
        raise PreviewFails(field="event") from failed
    return Preview(
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        key=key,
        origin=chosen.origin,
        number=chosen.number,
        language=chosen.text.language,
    )


async def _fields(rule: NoticeRule, key: str, question: PreviewQuestion, tools: Tools) -> Mapping[str, str]:
    if question.event is None:
        return examples_for(key) or {}
    try:
        told = fields_of(rule, rule.event_class.model_validate(question.event))
    except (ValidationError, ValueError) as wrong:
        raise EventDoesNotFit(field="event", event=rule.event_class.type_name()) from wrong
    return await named(rule, told, tools)


class PackagedQuestion(Question):
    """Which wordings came with the platform."""


class PackagedTemplate(BaseModel):
    """One message that the platform can send, and what a wording of it may show."""

    key: str
    number: int
    languages: tuple[Language, ...]
    fields: tuple[str, ...]
    sent_on: str


class PackagedTemplates(BaseModel):
    """All of them, by key."""

    templates: tuple[PackagedTemplate, ...]


async def packaged_templates(_question: PackagedQuestion, _tools: Tools) -> PackagedTemplates:
    """The newest packaged wording of each message."""
    return PackagedTemplates(
        templates=tuple(
            PackagedTemplate(
                key=key,
                number=editions[-1].number,
                languages=tuple(text.language for text in editions[-1].texts),
                fields=tuple(sorted(examples_for(key) or {})),
                sent_on=rule.event_class.type_name(),
            )
            for key, editions in packaged().items()
            if (rule := rule_for(key))
        )
    )


WHY = Query(path="messages/{message_id}/why", read_by=TEAM, question=WhyQuestion, answer=why)
PREVIEW = Query(
    path="templates/{template_id}:preview",
    read_by=TEAM,
    question=PreviewQuestion,
    answer=preview,
    method="POST",
)
PACKAGED = Query(path="packaged-templates", read_by=TEAM, question=PackagedQuestion, answer=packaged_templates)
