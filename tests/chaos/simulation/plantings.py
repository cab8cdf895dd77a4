"""The bugs of the protocol models (tests/unit/protocol) that `breakings` of the matrix has not, in the real chassis.

Five bugs of the reader's model are planted nowhere: "skip the poison without parking what follows", "flag cleared
without guard", "parked after the position", "waiting without touching the position", and "withdrawn before the
position says that it is done". Each is about what is parked, and here nothing is: no message fails, and first
occurrences come without a gap. The model alone visits their states.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.handling import Handling
from shared.chassis.journal import Addition, Journal
from shared.chassis.ports import Collision, Put
from shared.chassis.reading.gate import Gate
from shared.chassis.reading.item import Item
from shared.chassis.relay import Relay
from shared.chassis.requests import Outcome, Request
from shared.chassis.streams import SNAPSHOTS, Stream
from tests.integration.matrix.breakings import reactions_without_cause


def refusal_without_looking_the_cause_up(patch: pytest.MonkeyPatch) -> None:
    """A refusal goes out after a fresh look at the state, but nobody asks whether it was done already."""
    decided_afresh = Handling._decided_afresh

    async def hasty(self: Handling, stream: Stream, request: Request) -> Any:
        class Careless(Handling):
            async def _repeat(self, _stream: Stream, _request: Request) -> Outcome | None:
                return None

        careless = Careless.__new__(Careless)
        careless.__dict__ = self.__dict__
        return await decided_afresh(careless, stream, request)

    async def no_known_repeat(_self: Handling, _stream: Stream, _request: Request) -> Outcome | None:
        return None

    patch.setattr(Handling, "_decided_afresh", hasty)
    patch.setattr(Handling, "_known_repeat", no_known_repeat)


def later_commit_sent_before_an_earlier_one(patch: pytest.MonkeyPatch) -> None:
    """What waits in a stream is sent side by side, for speed."""
    publish, send = Relay._publish, Relay._send_commit

    async def hasty(self: Relay, stream: str) -> None:
        await asyncio.sleep(0.05)
        await asyncio.gather(*(send(self, commit) for commit in tuple(self._waiting[stream])))
        await publish(self, stream)

    patch.setattr(Relay, "_publish", hasty)


def commit_marked_when_half_of_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    """The first event of a commit stands for all of them."""
    send = Relay._send_commit

    async def hasty(self: Relay, commit: dict[str, Any]) -> None:
        await send(self, {**commit, "events": commit["events"][:1]})

    patch.setattr(Relay, "_send_commit", hasty)


def same_cause_twice_in_a_stream(patch: pytest.MonkeyPatch) -> None:
    """Nothing in the database keeps a cause from being in a stream twice."""

    async def nothing(_self: MemoryStore, _collection: str, _fields: Any) -> None:
        return

    patch.setattr(MemoryStore, "unique", nothing)


def snapshot_ahead_of_the_topic(patch: pytest.MonkeyPatch) -> None:
    """A snapshot is kept as soon as a commit is made, and who reads on from it looks at nothing before it."""
    append_many = Journal.append_many

    async def hasty(self: Journal, additions: Sequence[Addition]) -> Mapping[int, Collision]:
        collisions = await append_many(self, additions)
        streams = [self._cache[known.name] for at, (known, _) in enumerate(additions) if at not in collisions]
        if streams:
            await self._store.write(SNAPSHOTS, [Put(stream.snapshot()) for stream in streams])
        return collisions

    patch.setattr(Journal, "append_many", hasty)


def neither_positions_nor_cause(patch: pytest.MonkeyPatch) -> None:
    """Policies take whatever comes, as often as it comes, and what they ask does not say for which event it is."""
    lets = Gate.lets

    def hasty(self: Gate, item: Item) -> bool:
        return self.reader == "policies" or lets(self, item)

    patch.setattr(Gate, "lets", hasty)
    reactions_without_cause(patch)
