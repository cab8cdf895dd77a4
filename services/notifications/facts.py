"""What the rules must be told first: whether a recipient is suppressed, what waits, what is wrong with a wording."""

from collections.abc import Mapping
from typing import Any

from services.notifications.domain.attempt import RequestAgain, SendAgain
from services.notifications.domain.audience import Audience
from services.notifications.domain.digest import Digest, DigestCommand, Item, TellDigest
from services.notifications.domain.message import Message, MessageCommand, RequestMessage
from services.notifications.domain.recipient import Recipient
from services.notifications.domain.template import TemplateCommand
from services.notifications.templates.notices import examples_for
from services.notifications.templates.rendering import faults
from shared.chassis.declarations.facts import Look
from shared.events.notifications import TemplateText


async def message(command: MessageCommand, look: Look) -> Mapping[str, Any]:
    """What is known of the recipient; only asked when a message is about to be requested."""
    match command:
        case RequestMessage():
            recipient_id, category = command.recipient_id, command.category
        case RequestAgain() | SendAgain():
            known = await look(Message, command.message_id) or Message()
            recipient_id, category = known.recipient_id or "", known.category
        case _:
            return {}
    recipient = await look(Recipient, recipient_id) if recipient_id else None
    if recipient is None:
        return {}
    return {"suppressed": recipient.suppressed, "not_wanted": not recipient.wants(category)}


async def digest(command: DigestCommand, look: Look) -> Mapping[str, Any]:
    """How often the person wants it; and, when it is about to be told, what is open in its audiences for them."""
    recipient = await look(Recipient, command.digest_id) or Recipient()
    known = await look(Digest, command.digest_id) if isinstance(command, TellDigest) else None
    known = known or Digest()
    items: list[Item] = []
    for audience_id in sorted(known.audiences):
        items += _open_for(known.person_id, audience_id, await look(Audience, audience_id))
    return {"wanted": recipient.wants("progress"), "cadence": recipient.digest, "items": tuple(items)}


def _open_for(person_id: str, audience_id: str, audience: Audience | None) -> list[Item]:
    if audience is None:
        return []
    seats = [seat for seat in audience.seats if seat.person_id == person_id]
    return [
        Item(
            notice_id=notice_id,
            audience_id=audience_id,
            about=tuple(notice.fields["about"].split(", ")),
            collect=notice.collect,
            valid_until=notice.valid_until,
        )
        for notice_id, notice in audience.notices.items()
        if notice.collect is not None and any(notice.is_for(seat) for seat in seats)
    ]


async def template(command: TemplateCommand, look: Look) -> Mapping[str, Any]:  # noqa: ARG001 - there is one kind of command
    """The fields that the message gives, and the faults found by reading the wording and trying it with examples."""
    examples = examples_for(command.key)
    if examples is None:
        return {"fields": None}
    texts = [TemplateText(**wording.model_dump()) for wording in command.texts]
    found = tuple(fault for at, text in enumerate(texts) for fault in faults(text, examples, f"texts.{at}"))
    return {"fields": tuple(sorted(examples)), "faults": found}
