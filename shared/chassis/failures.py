"""The failures that the chassis itself answers with, besides the services' refusals.

Refusal
├── UnknownThing            404
├── NotPermitted            403
├── IdempotencyMismatch     409
├── TooLarge                422
├── TooManyRaces            409
└── VersionMismatch         412
"""

from typing import ClassVar

from shared.chassis.declarations.refusal import Kind, Refusal


class UnknownThing(Refusal):
    """There is no such thing here."""

    kind: ClassVar[Kind] = "missing"


class NotPermitted(Refusal):
    """Your role does not reach this."""

    kind: ClassVar[Kind] = "forbidden"


class IdempotencyMismatch(Refusal):
    """This Idempotency-Key was used for another request. Use a new key for a new request."""


class TooManyRaces(Refusal):
    """Others kept changing this at the same moment. Ask again."""


class VersionMismatch(Refusal):
    """This has changed since you read it. Read it again, then decide again."""


class TooLarge(Refusal):
    """This says more than one event can carry. Shorten it, or attach it as a file."""

    kind: ClassVar[Kind] = "invalid"
