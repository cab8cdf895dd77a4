"""The bugs of the protocol models (tests/unit/protocol), planted in the real chassis; the rest is in the matrix."""

import asyncio
from typing import Any

import pytest

from shared.chassis.handling import Handling
from shared.chassis.relay import Relay
from shared.chassis.requests import Outcome, Request
from shared.chassis.streams import Stream


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
