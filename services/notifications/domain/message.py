"""A message to one person: wanted, claimed by one process, and then sent, failed, put off, or nobody knows.

At most one for an event, a recipient and a template: its id is made of these three, so that one stream decides. The
text is never kept: it is rendered when the message is sent, from the fields and the contact card of that moment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, assert_never

from pydantic import AwareDatetime, Field

from services.notifications.domain.attempt import (
    CARD_ATTEMPTS,
    WAITS,
    ClaimMessage,
    MessageHeldBack,
    MessageNotFailed,
    RequestAgain,
    SendAgain,
)
from services.notifications.domain.outcome import (
    Outcome,
    RecordDeferred,
    RecordFailed,
    RecordReceipt,
    RecordSent,
    RecordUnconfirmed,
)
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import (
    Category,
    Channel,
    DeferralReason,
    FailureReason,
    MessageClaimed,
    MessageDeferred,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageSent,
    MessageUnconfirmed,
    TemplateOrigin,
)
from shared.events.values import Language

Status = Literal["none", "requested", "claimed", "deferred", "sent", "delivered", "failed", "unconfirmed"]


class Step(State):
    """One state that the message reached, and when."""

    status: Status
    attempt: int
    at: datetime


class Message(State):
    """What the rules of a message need to know, and what explains it."""

    status: Status = "none"
    attempt: int = 0
    recipient_person_id: str = ""
    recipient_id: str | None = None
    notice: str = ""
    template_key: str = ""
    template_id: str | None = None
    template_origin: TemplateOrigin | None = None
    template_number: int | None = None
    language: Language | None = None
    category: Category = "service"
    channel: Channel = "email"
    source_event_id: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    audience_id: str | None = None
    notice_id: str | None = None
    valid_until: datetime | None = None
    try_again_at: datetime | None = None
    reason: FailureReason | DeferralReason | None = None
    steps: tuple[Step, ...] = ()


class MessageFacts(Facts):
    """`suppressed`: an earlier message found that the recipient's address takes none. May be stale by one message.

    `not_wanted`: the recipient has switched this category off.
    """

    suppressed: bool = False
    not_wanted: bool = False


class RequestMessage(Command):
    """Send a person a message; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    recipient_person_id: Key
    recipient_id: Key
    notice: Key
    template_key: Key
    category: Category
    source_event_id: Key
    fields: dict[str, str]
    valid_until: AwareDatetime
    audience_id: Key | None = None
    notice_id: Key | None = None


class MessageUnknown(Refusal, kind="missing"):
    """There is no such message."""


MessageCommand = RequestMessage | RequestAgain | SendAgain | ClaimMessage | Outcome | RecordReceipt
MessageEvent = (
    MessageRequested
    | MessageClaimed
    | MessageSent
    | MessageDelivered
    | MessageDeferred
    | MessageFailed
    | MessageUnconfirmed
)


def message_id(source_event_id: str, recipient_person_id: str, template_key: str) -> str:
    """The one id of the message that tells this person of this event in this way."""
    return derived_id("message", source_event_id, recipient_person_id, template_key)


def template_id(region: str, template_key: str) -> str:
    """The id of the template that a region may have published under this key."""
    return derived_id("template", region, template_key)


def decide(message: Message, command: MessageCommand, facts: MessageFacts) -> Sequence[MessageEvent]:
    """The rules of a message. Raises MessageUnknown, MessageNotFailed, MessageHeldBack; what was done asks for none."""
    match command:
        case RequestMessage():
            return _request(message, command, facts)
        case _ if message.status == "none":
            raise MessageUnknown
        case RequestAgain():
            return _request_again(message, command, facts)
        case SendAgain():
            return _send_again(message, command, facts)
        case ClaimMessage():
            return _claim(message, command, facts)
        case RecordSent() | RecordDeferred() | RecordFailed() | RecordUnconfirmed():
            return _record(message, command, facts)
        case RecordReceipt():
            return _receive(message, command, facts.now)
        case _:
            assert_never(command)


def _request(message: Message, command: RequestMessage, facts: MessageFacts) -> Sequence[MessageEvent]:
    if message.status != "none" or facts.now >= command.valid_until:
        return []
    where = template_id(facts.region, command.template_key)
    asked = replace(message, template_id=where, **command.model_dump(exclude={"message_id"}))
    return [_next_attempt(asked, command, facts)]


def _request_again(message: Message, command: RequestAgain, facts: MessageFacts) -> Sequence[MessageEvent]:
    if message.status != "deferred" or command.attempt != message.attempt + 1:
        return []
    return [_next_attempt(message, command, facts)]


def _send_again(message: Message, command: SendAgain, facts: MessageFacts) -> Sequence[MessageEvent]:
    """Nothing of it reached its reader; what was never to be sent (held back from the first) has no text to fill."""
    if message.status in ("requested", "claimed", "deferred"):
        return []
    if message.status != "failed" or message.valid_until is None:
        raise MessageNotFailed
    if _hindrance(message, facts) is not None:
        raise MessageHeldBack
    return [_requested(message, command, facts.now)]


def _next_attempt(message: Message, command: MessageCommand, facts: MessageFacts) -> MessageEvent:
    if (reason := _hindrance(message, facts)) is not None:
        return _fail(replace(message, attempt=message.attempt + 1), command, reason, facts.now)
    return _requested(message, command, facts.now)


def _requested(message: Message, command: MessageCommand, now: datetime) -> MessageRequested:
    told = message.model_dump(include=set(MessageRequested.model_fields)) | {"attempt": message.attempt + 1}
    return MessageRequested(message_id=command.message_id, **told, requested_at=now)


def _hindrance(message: Message, facts: MessageFacts) -> FailureReason | None:
    if facts.not_wanted:
        return "not-wanted"
    if facts.suppressed:
        return "suppressed"
    return "too-late" if _too_late(message, facts.now) else None


def _claim(message: Message, command: ClaimMessage, facts: MessageFacts) -> Sequence[MessageEvent]:
    if message.status != "requested" or command.attempt != message.attempt:
        return []
    if _too_late(message, facts.now):
        return [_fail(message, command, "too-late", facts.now)]
    return [MessageClaimed(**command.model_dump(), claimed_at=facts.now)]


def _record(message: Message, command: Outcome, facts: MessageFacts) -> Sequence[MessageEvent]:
    """What is known late still counts: an outcome may follow on a claim, or on not knowing."""
    if message.status not in ("claimed", "unconfirmed") or command.attempt != message.attempt:
        return []
    match command:
        case RecordSent():
            return [MessageSent(**_about(message), **command.model_dump(), sent_at=facts.now)]
        case RecordDeferred():
            return [_put_off(message, command, facts.now)]
        case RecordFailed():
            return [_fail(message, command, command.reason, facts.now)]
        case RecordUnconfirmed():
            return _lose_sight(message, command, facts.now)
        case _:
            assert_never(command)


def _receive(message: Message, command: RecordReceipt, now: datetime) -> Sequence[MessageEvent]:
    """Only what left can arrive, or come back; a second report changes nothing."""
    if message.status not in ("claimed", "sent", "unconfirmed"):
        return []
    if command.receipt == "bounced":
        return [_fail(message, command, "address-refused", now)]
    told = message.recipient_person_id
    return [MessageDelivered(message_id=command.message_id, recipient_person_id=told, delivered_at=now)]


def _put_off(message: Message, command: RecordDeferred, now: datetime) -> MessageEvent:
    if command.reason == "no-card-yet" and command.attempt >= CARD_ATTEMPTS:
        return _fail(message, command, "no-card", now)
    wait = WAITS[min(command.attempt, len(WAITS)) - 1]
    return MessageDeferred(**command.model_dump(), deferred_at=now, try_again_at=now + wait)


def _lose_sight(message: Message, command: RecordUnconfirmed, now: datetime) -> Sequence[MessageEvent]:
    if message.status == "unconfirmed":
        return []
    about = message.model_dump(include={"recipient_person_id", "template_key"})
    return [MessageUnconfirmed(**command.model_dump(), **about, unconfirmed_at=now)]


def _fail(message: Message, command: MessageCommand, reason: FailureReason, now: datetime) -> MessageFailed:
    return MessageFailed(
        message_id=command.message_id,
        **_about(message),
        attempt=message.attempt,
        reason=reason,
        failed_at=now,
    )


def _about(message: Message) -> Mapping[str, Any]:
    return message.model_dump(include={"recipient_person_id", "notice", "template_key", "source_event_id"})


def _too_late(message: Message, now: datetime) -> bool:
    return message.valid_until is not None and now >= message.valid_until


def evolve(message: Message, event: MessageEvent) -> Message:
    """The message after this event."""
    told = {name: value for name, value in event.model_dump().items() if name in Message.model_fields}
    match event:
        case MessageRequested():
            told |= {"try_again_at": None, "reason": None}
            return _step(message, "requested", event.attempt, event.requested_at, told)
        case MessageClaimed():
            return _step(message, "claimed", event.attempt, event.claimed_at, told)
        case MessageSent():
            return _step(message, "sent", event.attempt, event.sent_at, told)
        case MessageDelivered():
            return _step(message, "delivered", message.attempt, event.delivered_at, told)
        case MessageDeferred():
            return _step(message, "deferred", event.attempt, event.deferred_at, told)
        case MessageFailed():
            return _step(message, "failed", event.attempt, event.failed_at, told)
        case MessageUnconfirmed():
            return _step(message, "unconfirmed", event.attempt, event.unconfirmed_at, told)
        case _:
            assert_never(event)


def _step(message: Message, status: Status, attempt: int, at: datetime, told: Mapping[str, Any]) -> Message:
    steps = (*message.steps, Step(status=status, attempt=attempt, at=at))
    return replace(message, **{**told, "status": status, "steps": steps})
