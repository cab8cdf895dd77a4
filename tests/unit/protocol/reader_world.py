"""The states of a reader's model: one stream, two consumers, and whoever puts parked messages back; and its bugs."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Flag = Literal["", "gap", "failed"]
Phase = Literal[
    "idle",
    "read",
    "early",
    "work",
    "keep waiting",
    "keep failed",
    "move",
    "settle",
    "withdraw",
    "follow",
    "followed",
    "commit",
]
ReplayPhase = Literal["idle", "stand", "look", "attempt", "advance", "keep", "clear"]
Broken = Literal[
    "position before effect",
    "offset before effect",
    "no positions and no cause",
    "skip the poison without parking what follows",
    "flag cleared without guard",
    "effect without cause",
    "parked after the position",
    "waiting without touching the position",
    "offset before position",
    "what was done is forgotten when overtaken",
    "withdrawn before the position says that it is done",
]
OPERATOR = 2
BATCH = 2


class Consumer(NamedTuple):
    """`at`: next offset; a batch ends before `upto`, `i` is the next of it; `seq`, `flag`, `fresh`: its position.

    `ahead`: up to there effects are stored, and the position does not say so (0: it does); `owes`: it has taken what
    the offset does not say; `settling`: it is about to commit.
    """

    phase: Phase = "idle"
    at: int = 0
    upto: int = 0
    i: int = 0
    known: bool = False
    seq: int = 0
    flag: Flag = ""
    fresh: bool = False
    ahead: int = 0
    owes: bool = False
    settling: bool = False
    touched: bool = False
    waiting: int = 0
    failed: int = 0
    kept: int = 0


class Replay(NamedTuple):
    """Putting back: `seq` and `flag` as last read, `reached` after the attempt, `ahead` of what it was tried with."""

    phase: ReplayPhase = "idle"
    owner: int = OPERATOR
    seq: int = 0
    flag: Flag = ""
    fresh: bool = False
    ahead: tuple[int, ...] = ()
    reached: int = 0
    failed: int = 0


class World(NamedTuple):
    """`done`: effects so far, in order; `torn`: what went wrong with one."""

    seq: int = 0
    flag: Flag = ""
    done: int = 0
    parked: int = 0
    offset: int = 0
    consumers: tuple[Consumer, Consumer] = (Consumer(), Consumer())
    replay: Replay = Replay()
    mended: bool = False
    crashes: int = 1
    torn: str = ""


@dataclass(frozen=True)
class Topic:
    """The sequence numbers as they lie there, and the one that fails until it is mended (0: none)."""

    log: tuple[int, ...]
    poison: int = 0


def wrong(world: World) -> str | None:
    """What must never be."""
    return world.torn or None


def same(world: World) -> World:
    """The two consumers do the same: which of them is called the first does not matter."""
    first, second = world.consumers
    if first <= second:
        return world
    owner = world.replay.owner if world.replay.owner == OPERATOR else 1 - world.replay.owner
    return world._replace(consumers=(second, first), replay=world.replay._replace(owner=owner))


def numbers_of(bits: int) -> tuple[int, ...]:
    """The numbers of a set that is kept as bits, which is cheaper to compare."""
    return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)


def beyond(bits: int, number: int) -> int:
    """Those greater than this number."""
    return bits >> number + 1 << number + 1


def at_rest(replay: Replay) -> Replay:
    """Nobody puts anything back."""
    return Replay() if replay.phase == "idle" else replay


def with_consumer(world: World, p: int, consumer: Consumer) -> World:
    """The world in which consumer `p` is this."""
    other = world.consumers[1 - p]
    return world._replace(consumers=(consumer, other) if p == 0 else (other, consumer))


def written(world: World, seq: int, flag: Flag) -> World:
    """The position has a new mark: every copy of it is old."""
    first, second = (consumer._replace(fresh=False) for consumer in world.consumers)
    return world._replace(seq=seq, flag=flag, consumers=(first, second), replay=world.replay._replace(fresh=False))


def effect(world: World, number: int, broken: Broken | None) -> World:
    """What this number does is done; out of order, or a second time, is wrong. A repeat is told by its cause."""
    if number == world.done + 1:
        return world._replace(done=number)
    if number > world.done:
        return world._replace(torn=f"effect {number} came before {world.done + 1}")
    without_cause = broken in ("no positions and no cause", "effect without cause")
    return world._replace(torn=f"effect {number} came twice") if without_cause else world
