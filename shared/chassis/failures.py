"""The failures that the chassis itself answers with, besides the services' refusals.

Refusal
├── UnknownThing            404
├── NotPermitted            403
├── IdempotencyMismatch     409
├── TooLarge                422
├── TooManyRaces            409
└── VersionMismatch         412
"""

from shared.chassis.declarations.refusal import Refusal


class UnknownThing(Refusal, kind="missing"):
    """There is no such thing here."""


class NotPermitted(Refusal, kind="forbidden"):
    """Your role does not reach this."""


class IdempotencyMismatch(Refusal):
    """This Idempotency-Key was used for another request. Use a new key for a new request."""


class TooManyRaces(Refusal):
    """Others kept changing this at the same moment. Ask again."""


class VersionMismatch(Refusal):
    """This has changed since you read it. Read it again, then decide again."""


class TooLarge(Refusal, kind="invalid"):
    """This says more than one event can carry. Shorten it, or attach it as a file."""
