"""Ways to take one guarantee out of the chassis, for the tests that the matrix notices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.chassis.commits import JOURNAL
from shared.chassis.deciding import Decided
from shared.chassis.declarations.errand import Errand
from shared.chassis.drivers.memory import MemoryBroker
from shared.chassis.handling import Handling
from shared.chassis.ids import new_id
from shared.chassis.ports import Change, Document, Message
from shared.chassis.reading import errands, policies, readers
from shared.chassis.reading.asking import request_after
from shared.chassis.reading.errands import ErrandEffect
from shared.chassis.reading.item import Item
from shared.chassis.reading.positions import Positions, Standing
from shared.chassis.reading.reader import Reader
from shared.chassis.relay import Relay
from shared.chassis.requests import Outcome, Request
from shared.chassis.streams import Stream


def no_sweep(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks for what a crash left behind."""

    async def nothing(_self: Relay) -> int:
        return 0

    patch.setattr(Relay, "sweep", nothing)


def mark_before_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """A commit counts as relayed before the broker has it."""
    send = Relay._send_commit

    async def hasty(self: Relay, commit: Document) -> None:
        await self._store.write(JOURNAL, [Change(commit["_id"], {"relayed": True})])
        await send(self, commit)

    patch.setattr(Relay, "_send_commit", hasty)


def reactions_without_cause(patch: pytest.MonkeyPatch) -> None:
    """A policy's command does not say which event it is for."""

    def anonymous(*given: Any) -> Request:
        return replace(request_after(*given), cause=new_id())

    patch.setattr(policies, "request_after", anonymous)


def positions_before_effects(patch: pytest.MonkeyPatch) -> None:
    """A reader notes how far it has come, and then goes there."""

    async def hasty(self: Reader, items: Sequence[Item], standings: Mapping[str, Standing], parked: list[Item]) -> bool:
        ahead = {name: replace(standing) for name, standing in standings.items()}
        for item in items:
            standing = ahead[str(item.stream)]
            standing.sequence, standing.touched = max(standing.sequence, item.sequence or 0), True
        await self.positions.move(list(ahead.values()))
        del parked
        return await self.attempt(items, standings) is not None

    patch.setattr(Reader, "_once", hasty)


def offsets_before_effects(patch: pytest.MonkeyPatch) -> None:
    """A batch counts as done with as soon as it has come, whatever becomes of it."""
    done = MemoryBroker._done

    async def hasty(self: MemoryBroker, reader: Any, batch: list[Message]) -> bool:
        for message in batch:
            self._cluster.done[reader.group, (message.topic, message.partition)] = message.offset + 1
        return await done(self, reader, batch)

    patch.setattr(MemoryBroker, "_done", hasty)


def offsets_before_positions(patch: pytest.MonkeyPatch) -> None:
    """A group's offset moves although positions are still in memory only."""

    async def hasty(_self: Reader) -> frozenset[str]:
        return frozenset()

    patch.setattr(Reader, "settle", hasty)


def positions_that_forget(patch: pytest.MonkeyPatch) -> None:
    """Who was overtaken forgets what he has done and not yet written."""
    move = Positions.move

    async def hasty(self: Positions, standings: Sequence[Standing]) -> bool:
        moved = await move(self, standings)
        if not moved:
            self._ahead.clear()
        return moved

    patch.setattr(Positions, "move", hasty)


def refusal_from_the_cache(patch: pytest.MonkeyPatch) -> None:
    """A refusal goes out without a fresh look."""

    async def hasty(self: Handling, stream: Stream, request: Request) -> Decided | Outcome:
        decided = await self._deciding.decide(stream, request)
        await self._reserve(decided.stream, request)
        return decided if decided.events else Outcome(stream.stored(), new=False)

    patch.setattr(Handling, "_decided", hasty)


def errand_without_claim(patch: pytest.MonkeyPatch) -> None:
    """The world outside is called whether or not somebody has called already."""

    async def hasty(self: ErrandEffect, errand: Errand, item: Item) -> None:
        await self._ask(item, errand.claim(item.event), f"{errand.name}:claim")
        outcome = await self._run(errand, item)
        await self._ask(item, outcome or errand.interrupted(item.event), f"{errand.name}:outcome")

    patch.setattr(errands.ErrandEffect, "_one", hasty)
    patch.setattr(readers, "ErrandEffect", errands.ErrandEffect)
