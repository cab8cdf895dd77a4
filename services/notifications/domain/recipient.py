"""A recipient: what a person wants to be told in one region, and whether their address takes messages.

A person who is at home in two regions is a recipient in each: one region's preferences and failures say nothing to
the other.

After a permanent refusal nothing is sent there any more. Messages of the category `service` always go: they are what
somebody must know who takes part.
"""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from pydantic import Field

from shared.chassis.declarations.access import ONLY_WITHIN, Access, may
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.notifications import (
    Cadence,
    Category,
    Channel,
    DeliveryRefused,
    EnrolmentNoted,
    FailureReason,
    PreferencesSet,
    RecipientResumed,
    RecipientUnreachable,
    SwitchedOff,
)
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, MEMBER, REPRESENTATIVE

ALWAYS: Category = "service"
REFUSALS_UNTIL_SUPPRESSED = 1
"""How many permanent refusals of an address it takes until nothing more is sent there."""


class Recipient(State):
    """What is known about reaching one person. `refused` are the messages that their address did not take."""

    person_id: str = ""
    enrolment_id: str | None = None
    off: frozenset[SwitchedOff] = frozenset()
    digest: Cadence = "weekly"
    refused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reported: bool = False

    @property
    def suppressed(self) -> bool:
        """Whether messages to this person are held back. A person without an address is asked for it each time."""
        return len(self.refused) >= REFUSALS_UNTIL_SUPPRESSED

    def wants(self, category: Category, channel: Channel = "email") -> bool:
        """Whether the person is told this sort of thing by this channel."""
        return category == ALWAYS or SwitchedOff(category=category, channel=channel) not in self.off


class NoteFailure(Command):
    """A message found the person's address refused or missing; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    recipient_id: Key
    person_id: Key
    message_id: Key
    reason: FailureReason


class NoteEnrolment(Command):
    """Know of an enrolment that the person has a part in; asked by policies only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    recipient_id: Key
    person_id: Key
    enrolment_id: Key


class SetPreferences(Command):
    """Say which messages you do not want (`off`; all else is on), and how often you want a digest."""

    asked_by: ClassVar[Access] = may(COORDINATOR) | may(FACILITATOR, MANAGER, REPRESENTATIVE, MEMBER, within="self")
    creates: ClassVar[bool] = True
    verb: ClassVar[str | None] = "set-preferences"

    recipient_id: Key
    person_id: Key
    off: tuple[SwitchedOff, ...] = Field(max_length=20)
    digest: Cadence = "weekly"


class ResumeRecipient(Command):
    """Send to this person again: somebody saw to the address."""

    asked_by: ClassVar[Access] = may(COORDINATOR, FACILITATOR)

    recipient_id: Key


class RecipientUnknown(Refusal, kind="missing"):
    """No message to this person has failed, so there is nothing to resume."""


class ServiceMessagesAlwaysGo(Refusal, kind="invalid"):
    """Messages of the category service tell what you must know to take part; they always go. Leave it out."""


RecipientCommand = NoteFailure | NoteEnrolment | SetPreferences | ResumeRecipient
RecipientEvent = EnrolmentNoted | PreferencesSet | DeliveryRefused | RecipientUnreachable | RecipientResumed


def recipient_id(region: str, person_id: str) -> str:
    """The one recipient that a person is in a region; their digest has this id too."""
    return derived_id("recipient", region, person_id)


def identity(command: SetPreferences, region: str) -> str:
    """Whose preferences these are, in this region."""
    return recipient_id(region, command.person_id)


def decide(recipient: Recipient, command: RecipientCommand, facts: Facts) -> Sequence[RecipientEvent]:  # noqa: ARG001 - the rules need no facts
    """The rules of a recipient. Raises RecipientUnknown and ServiceMessagesAlwaysGo."""
    match command:
        case NoteEnrolment():
            known = recipient.enrolment_id == command.enrolment_id
            return [] if known else [EnrolmentNoted(**command.model_dump())]
        case SetPreferences():
            return _prefer(recipient, command)
        case NoteFailure():
            return _note(recipient, command)
        case ResumeRecipient():
            if not recipient.person_id:
                raise RecipientUnknown
            troubled = recipient.refused or recipient.missing
            return [RecipientResumed(**_who(command, recipient.person_id))] if troubled else []
        case _:
            assert_never(command)


def _prefer(recipient: Recipient, command: SetPreferences) -> Sequence[RecipientEvent]:
    if any(each.category == ALWAYS for each in command.off):
        raise ServiceMessagesAlwaysGo(field="off")
    if (recipient.off, recipient.digest) == (frozenset(command.off), command.digest) and recipient.person_id:
        return []
    off = tuple(sorted(set(command.off), key=lambda each: (each.category, each.channel)))
    return [PreferencesSet(**_who(command, command.person_id), off=off, digest=command.digest)]


def _note(recipient: Recipient, command: NoteFailure) -> Sequence[RecipientEvent]:
    if command.message_id in (*recipient.refused, *recipient.missing):
        return []
    refused = DeliveryRefused(**command.model_dump())
    after = evolve(recipient, refused)
    if after.reported or not (after.suppressed or after.missing):
        return [refused]
    unreachable = RecipientUnreachable(
        **_who(command, command.person_id),
        channel="email",
        reason=command.reason,
        enrolment_id=recipient.enrolment_id,
    )
    return [refused, unreachable]


def _who(command: RecipientCommand, person_id: str) -> dict[str, str]:
    return {"recipient_id": command.recipient_id, "person_id": person_id}


def evolve(recipient: Recipient, event: RecipientEvent) -> Recipient:
    """The recipient after this event."""
    match event:
        case EnrolmentNoted():
            return replace(recipient, person_id=event.person_id, enrolment_id=event.enrolment_id)
        case PreferencesSet():
            return replace(recipient, person_id=event.person_id, off=frozenset(event.off), digest=event.digest)
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
