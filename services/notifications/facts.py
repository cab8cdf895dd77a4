"""What the rules must be told first: whether a recipient is suppressed, what waits, what is wrong with a wording."""

from collections.abc import Mapping
from typing import Any

from services.notifications.domain.audience import Audience
from services.notifications.domain.digest import Digest, DigestCommand, Item, TellDigest
from services.notifications.domain.message import Message, MessageCommand, RequestAgain, RequestMessage
from services.notifications.domain.recipient import Recipient
from services.notifications.domain.template import TemplateCommand
from services.notifications.templates.notices import examples_for
from services.notifications.templates.rendering import faults
from shared.chassis.declarations.facts import Look
from shared.events.notifications import TemplateText


async def message(command: MessageCommand, look: Look) -> Mapping[str, Any]:
    """Whether the recipient's address was found dead; only asked when a message is about to be requested."""
    match command:
        case RequestMessage():
            person_id = command.recipient_person_id
        case RequestAgain():
            known = await look(Message, command.message_id)
            person_id = known.recipient_person_id if known else ""
        case _:
            return {}
    recipient = await look(Recipient, person_id) if person_id else None
    return {"suppressed": recipient is not None and recipient.suppressed}


async def digest(command: DigestCommand, look: Look) -> Mapping[str, Any]:
    """What is open for the person in the audiences of the digest; only asked when it is about to be told."""
    known = await look(Digest, command.digest_id) if isinstance(command, TellDigest) else None
    if known is None:
        return {}
    items: list[Item] = []
    for audience_id in sorted(known.audiences):
        items += _open_for(command.digest_id, audience_id, await look(Audience, audience_id))
    return {"items": tuple(items)}


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


async def template(command: TemplateCommand, look: Look) -> Mapping[str, Any]:  # noqa: ARG001
    """The fields that the message gives, and the faults found by reading the wording and trying it with examples."""
    examples = examples_for(command.key)
    if examples is None:
        return {"fields": None}
    texts = [TemplateText(**wording.model_dump()) for wording in command.texts]
    found = tuple(fault for at, text in enumerate(texts) for fault in faults(text, examples, f"texts.{at}"))
    return {"fields": tuple(sorted(examples)), "faults": found}
