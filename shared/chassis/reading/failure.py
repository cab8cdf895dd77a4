"""Why a message was not taken: a class of reason and a code, never a value out of the message."""

from dataclasses import dataclass
from typing import Literal

from shared.chassis.declarations.refusal import Refusal
from shared.chassis.failures import TooManyRaces

Kind = Literal["unreadable", "refused", "unknown", "gap", "behind"]


@dataclass(frozen=True)
class Failure:
    """`final` says that another try at once would end the same."""

    kind: Kind
    code: str
    tries: int = 1
    final: bool = True


GAP = Failure("gap", "earlier_one_missing", tries=0)
BEHIND = Failure("behind", "earlier_one_parked", tries=0)


def failure_of(error: Exception, tries: int = 1) -> Failure:
    """What an exception means for the message that met it. Only its class is told: its words may quote the message."""
    if isinstance(error, TooManyRaces):
        return Failure("refused", error.code(), tries, final=False)
    if isinstance(error, Refusal):
        return Failure("refused", error.code(), tries)
    return Failure("unknown", type(error).__name__, tries, final=False)
