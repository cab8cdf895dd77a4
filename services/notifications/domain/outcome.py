"""What may become of a message: the commands that record it. `message.py` decides them."""

from typing import ClassVar, Literal

from shared.chassis.declarations.access import ONLY_WITHIN, Access, may
from shared.chassis.declarations.command import Command, Key
from shared.events.notifications import DeferralReason, FailureReason, TemplateOrigin
from shared.events.roles import OPERATOR
from shared.events.values import Language


class RecordSent(Command):
    """The provider took the message; asked by the errand only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int
    template_origin: TemplateOrigin
    template_number: int
    language: Language


class RecordDeferred(Command):
    """Nothing left the house, try later; asked by the errand only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int
    reason: DeferralReason


class RecordFailed(Command):
    """The message cannot be sent, now or later; asked by the errand only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int
    reason: FailureReason


class RecordUnconfirmed(Command):
    """Nobody knows whether the message left; asked by the errand only. Changes nothing once an outcome is known."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int


class RecordReceipt(Command):
    """The provider reports what became of a message after it took it: it arrived, or it came back for good."""

    asked_by: ClassVar[Access] = may(OPERATOR)

    message_id: Key
    receipt: Literal["delivered", "bounced"]


Outcome = RecordSent | RecordDeferred | RecordFailed | RecordUnconfirmed
