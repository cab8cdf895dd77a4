"""A workbench for readers: messages of the shoe shop, a clock that never waits, a handler that remembers causes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.chassis import wire
from shared.chassis.declarations.event import Event
from shared.chassis.drivers.memory import MemoryStore
from shared.chassis.ports import Message, Unavailable
from shared.chassis.reading.reader import Reader
from shared.chassis.requests import Outcome, Request

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOPIC = "shoes-events"


class QuickClock:
    """Sleeping only lets others go first; after so many sleeps the test has hung."""

    def __init__(self) -> None:
        self.time = NOW
        self.slept = 0
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        del seconds
        self.slept += 1
        if self.slept > 5_000:
            raise AssertionError("waits for ever")
        self.on_sleep()
        await asyncio.sleep(0)


class Answers:
    """Handles commands: the same cause is done once. `reply` may raise or return an exception for a request.

    `lose` holds causes whose next reply is lost after the deed.
    """

    def __init__(self) -> None:
        self.rounds: list[list[str]] = []
        self.done: list[Request] = []
        self.causes: set[str] = set()
        self.lose: set[str] = set()
        self.reply: Callable[[Request], Exception | None] = lambda _request: None

    async def handle_many(self, requests: Sequence[Request]) -> Sequence[Outcome | Exception]:
        self.rounds.append([request.cause for request in requests])
        await asyncio.sleep(0)
        return [self._one(request) for request in requests]

    def _one(self, request: Request) -> Outcome | Exception:
        failure = self.reply(request)
        if failure is not None:
            return failure
        new = request.cause not in self.causes
        self.causes.add(request.cause)
        if new:
            self.done.append(request)
        if request.cause in self.lose:
            self.lose.remove(request.cause)
            return Unavailable()
        asker = next(done.actor.id for done in self.done if done.cause == request.cause)
        return Outcome(thing=None, new=new, asker=asker)  # type: ignore[arg-type]  # readers ask only whether it is new

    def asked(self, field: str = "order_id") -> list[str]:
        return [getattr(request.command, field) for request in self.done]


class Failing:
    """A store that raises once, before or after the call, where the test wants it."""

    def __init__(self, inner: MemoryStore) -> None:
        self.inner = inner
        self.before: Callable[[str, str, Any], Exception | None] = lambda _call, _collection, _given: None
        self.after: Callable[[str, str, Any], Exception | None] = lambda _call, _collection, _given: None

    def __getattr__(self, call: str) -> Any:
        real = getattr(self.inner, call)

        async def through(collection: str, *given: Any, **named: Any) -> Any:
            if error := self.before(call, collection, given):
                raise error
            result = await real(collection, *given, **named)
            if error := self.after(call, collection, given):
                raise error
            return result

        return through


class Topic:
    """Makes messages as the relay would, with running offsets."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def add(self, event: Event, stream: str, sequence: int, *, key: str | None = None, **changes: Any) -> Message:
        commit = {
            "stream": stream,
            "key": key or stream,
            "region": changes.pop("region", "north"),
            "at": NOW + timedelta(minutes=sequence),
            "correlation": "corr",
            "causation": "cause",
            "trace": None,
        }
        body = {"id": f"{stream}#{sequence}", "type": event.type_name(), "sequence": sequence}
        sent = wire.record(commit, {**body, "data": event.model_dump(mode="json")}, "/sixsteps/test/shoes")
        message = Message(TOPIC, 0, len(self.messages), sent.key, changes.get("value", sent.value), sent.headers)
        self.messages.append(message)
        return message

    async def read_all(self, topic: str, after: Mapping[int, int] | None = None) -> Any:
        for message in list(self.messages):
            if message.topic == topic and message.offset > (after or {}).get(message.partition, -1):
                yield message


async def taken(reader: Reader, messages: Sequence[Message]) -> frozenset[str]:
    """Do what a broker does with a batch after which nothing comes."""
    return await reader.take(messages) | await reader.settle()
