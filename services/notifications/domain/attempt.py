"""Attempts at a message: asked for anew, and taken on by one process. `message.py` decides them.

What was put off is asked for by its deadline. What failed for good stays so until somebody mended the cause and says
so: a provider that refused our name, a wording that could not be rendered, an address that took nothing.
"""

from datetime import timedelta
from typing import ClassVar

from shared.chassis.declarations.access import ONLY_WITHIN, Access, may
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.roles import COORDINATOR, OPERATOR

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long a message rests after its first, second … vain attempt; the last one goes on until it is no longer valid."""

CARD_ATTEMPTS = 3
"""How often a person without a contact card is looked for: the card travels on another topic than the event."""


class RequestAgain(Command):
    """Try the message once more; asked by the deadline only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int


class SendAgain(Command):
    """Send a message that failed once more: its cause was mended. Changes nothing while it is on its way."""

    asked_by: ClassVar[Access] = may(COORDINATOR, OPERATOR)

    message_id: Key


class ClaimMessage(Command):
    """Take it on to send this attempt, before anything leaves; asked by the errand only."""

    asked_by: ClassVar[Access] = ONLY_WITHIN

    message_id: Key
    attempt: int


class MessageNotFailed(Refusal):
    """Only a message that was to be sent and failed can be sent again; its reader may have this one."""


class MessageHeldBack(Refusal):
    """It would fail again: its time is past, its reader's address is not resumed, or the reader does not want it."""
