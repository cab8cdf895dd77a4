"""A recipient: whether a person's address takes messages. After a permanent refusal none is sent there any more."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from shared.chassis.declarations.access import ONLY_WITHIN, Access, may
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import (
    DeliveryRefused,
    FailureReason,
    RecipientResumed,
    RecipientUnreachable,
)
from shared.events.roles import COORDINATOR, FACILITATOR

REFUSALS_UNTIL_SUPPRESSED = 1
"""How many permanent refusals of an address it takes until nothing more is sent there."""


class Recipient(State):
    """What is known about reaching one person. `refused` are the messages that their address did not take."""

    person_id: str = ""
    refused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reported: bool = False

    @property
    def suppressed(self) -> bool:
        """Whether messages to this person are held back. A person without an address is asked for it each time."""
        return len(self.refused) >= REFUSALS_UNTIL_SUPPRESSED


class NoteFailure(Command):
    """A message found the person's address refused or missing; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    recipient_id: Key
    message_id: Key
    reason: FailureReason


class ResumeRecipient(Command):
    """Send to this person again: somebody saw to the address."""

    asked_by: ClassVar[Access] = may(COORDINATOR, FACILITATOR)

    recipient_id: Key


class RecipientUnknown(Refusal):
    """No message to this person has failed, so there is nothing to resume."""

    kind: ClassVar[Kind] = "missing"


RecipientCommand = NoteFailure | ResumeRecipient
RecipientEvent = DeliveryRefused | RecipientUnreachable | RecipientResumed


def decide(recipient: Recipient, command: RecipientCommand, facts: Facts) -> Sequence[RecipientEvent]:  # noqa: ARG001
    """The rules of a recipient. Raises RecipientUnknown."""
    match command:
        case NoteFailure():
            return _note(recipient, command)
        case ResumeRecipient():
            if not recipient.person_id:
                raise RecipientUnknown
            troubled = recipient.refused or recipient.missing
            return [RecipientResumed(person_id=command.recipient_id)] if troubled else []
        case _:
            assert_never(command)


def _note(recipient: Recipient, command: NoteFailure) -> Sequence[RecipientEvent]:
    if command.message_id in (*recipient.refused, *recipient.missing):
        return []
    refused = DeliveryRefused(person_id=command.recipient_id, message_id=command.message_id, reason=command.reason)
    after = evolve(recipient, refused)
    if after.reported or not (after.suppressed or after.missing):
        return [refused]
    unreachable = RecipientUnreachable(person_id=command.recipient_id, channel="email", reason=command.reason)
    return [refused, unreachable]


def evolve(recipient: Recipient, event: RecipientEvent) -> Recipient:
    """The recipient after this event."""
    match event:
        case DeliveryRefused(reason="address-refused"):
            told = (*recipient.refused, event.message_id)
            return replace(recipient, person_id=event.person_id, refused=told)
        case DeliveryRefused():
            told = (*recipient.missing, event.message_id)
            return replace(recipient, person_id=event.person_id, missing=told)
        case RecipientUnreachable():
            return replace(recipient, reported=True)
        case RecipientResumed():
            return replace(recipient, refused=(), missing=(), reported=False)
        case _:
            assert_never(event)
