"""Asking the service's own aggregates, on behalf of an event or a deadline, until there is an answer."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Protocol

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.facts import Actor
from shared.chassis.ports import Unavailable
from shared.chassis.reading.failure import Failure, failure_of
from shared.chassis.reading.patience import Patience
from shared.chassis.requests import Outcome, Request

TRIES = 5
Answer = Outcome | Failure


class Handler(Protocol):
    """The handling of commands, as far as readers need it."""

    async def handle_many(self, requests: Sequence[Request]) -> Sequence[Outcome | Exception]:
        """One answer for each request; requests to one stream are taken in order."""
        ...


def request_for(  # noqa: PLR0913 - each is a different thing, and named
    command: Command,
    *,
    cause: str,
    asker: str,
    region: str,
    correlation_id: str,
    causation_id: str,
    trace: str | None = None,
) -> Request:
    """A request by the platform itself, within one region.

    The fingerprint is made of the cause alone: an event that comes again after its policy was rewritten is still a
    repeat.
    """
    return Request(
        command=command,
        cause=cause,
        fingerprint=sha256(cause.encode()).hexdigest(),
        actor=Actor(kind="system", id=asker, regions=frozenset({region})),
        region=region,
        correlation_id=correlation_id,
        causation_id=causation_id,
        trace=trace,
    )


def request_after(
    envelope: Envelope, command: Command, what: str, trace: str | None, asker: str | None = None
) -> Request:
    """A request that an event caused; `what` names the policy, or the errand and its step, and asks for it."""
    cause = f"event:{envelope.id}:{what}"
    return request_for(
        command,
        cause=cause,
        asker=asker or what,
        region=envelope.region,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
        trace=trace,
    )


class Asking:
    """Asks as often as it takes: for ever while something is away, a few times when the reason is unknown."""

    def __init__(self, handler: Handler, patience: Patience, tries: int = TRIES) -> None:
        self._handler = handler
        self.patience = patience
        self._tries = tries

    async def ask(self, requests: Sequence[Request]) -> Sequence[Answer]:
        """What came of each request: an outcome, or the failure that stayed."""
        answers: dict[int, Answer] = {}
        for tried in range(1, self._tries + 1):
            await self.patience.insist("handling", partial(self._attempt, requests, answers, tried))
            if not any(_open(answers.get(at)) for at in range(len(requests))):
                break
            if tried < self._tries:
                await self.patience.pause(tried)
        return [answers[at] for at in range(len(requests))]

    async def _attempt(self, requests: Sequence[Request], answers: dict[int, Answer], tried: int) -> None:
        left = [at for at in range(len(requests)) if _open(answers.get(at))]
        results = await self._results([requests[at] for at in left]) if left else []
        for at, result in zip(left, results, strict=True):
            if isinstance(result, Outcome):
                answers[at] = result
            elif not isinstance(result, Unavailable):
                answers[at] = failure_of(result, tried)
        if any(isinstance(result, Unavailable) for result in results):
            raise Unavailable

    async def _results(self, requests: Sequence[Request]) -> Sequence[Outcome | Exception]:
        try:
            return await self._handler.handle_many(requests)
        except Exception as error:  # noqa: BLE001 - judged like an answer: what is away is waited for, the rest is counted
            return [error] * len(requests)


def _open(answer: Answer | None) -> bool:
    return answer is None or (isinstance(answer, Failure) and not answer.final)
