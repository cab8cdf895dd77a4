"""Carries out commands: read the stream, gather facts, decide, add one commit, answer.

A command that was carried out before is answered as it was then, whoever asks again; before a refusal goes out, the
stream is read afresh and the cause is looked up.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from shared.chassis.adding import new_commit
from shared.chassis.deciding import Decided, Deciding, Documents
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Look
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.state import State
from shared.chassis.failures import IdempotencyMismatch, TooManyRaces, UnknownThing
from shared.chassis.journal import Journal
from shared.chassis.ports import Clock, Collided, Collision, Document, Unavailable
from shared.chassis.refusals import RefusalBook
from shared.chassis.requests import Outcome, Request, Stored
from shared.chassis.streams import Stream

MAX_RACES = 12
log = structlog.stdlib.get_logger(__name__)
S = TypeVar("S", bound=State)
Row = Aggregate[Any, Any, Any, Any]


class Handling:
    """Carries out the commands of one service in one process."""

    def __init__(  # noqa: PLR0913 - the parts of handling, each named once, in one place
        self,
        service: Service,
        journal: Journal,
        clock: Clock,
        documents: Documents,
        refusals: RefusalBook,
        answered: Callable[[str, str], None] = lambda _command, _result: None,
        traced: Callable[[Request, str], None] = lambda _request, _result: None,
    ) -> None:
        self.service = service
        self._refusals = refusals
        self._answered = answered
        self._traced = traced
        self._journal = journal
        self._clock = clock
        self._rows = {command: row for row in service.aggregates for command in row.commands}
        self._states = {row.state: row for row in service.aggregates}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._deciding = Deciding(clock, documents, self.look_in)

    async def handle(self, request: Request) -> Outcome:
        """Carry out one command.

        Raises the Refusal that says why not, or Unavailable when the outcome is unknown: then ask again with the same
        cause. Requests for the same stream wait for one another here, so that they do not race in the store.
        """
        async with self._lock(self._stream(request.command)):
            try:
                return self._counted(request, await self._until_settled(request))
            except Refusal as refusal:
                await self._refused(request, refusal)
                raise

    async def _refused(self, request: Request, refusal: Refusal) -> None:
        """Tell it; who asked from outside finds it in the region of the thing, and in no other of theirs."""
        self._tell(request, refusal.code())
        if request.permit is not None:
            stream = self._stream(request.command)
            region = self._journal.region_of(stream)
            await self._refusals.keep(request, refusal, stream, region if region in request.actor.regions else None)

    def _counted(self, request: Request, outcome: Outcome) -> Outcome:
        self._tell(request, "done" if outcome.new else "repeated")
        return outcome

    def _tell(self, request: Request, result: str) -> None:
        """One line and one count for every command answered, with what ties it to the rest of its story."""
        command = type(request.command).__name__
        self._answered(command, result)
        self._traced(request, result)
        log.info(
            "command",
            command=command,
            result=result,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
        )

    def row(self, command: Command) -> Row:
        """The aggregate that decides this command. Raises LookupError when none does."""
        try:
            return self._rows[type(command)]
        except KeyError:
            raise LookupError(f"no aggregate of {self.service.name} takes {type(command).__name__}") from None

    def _stream(self, command: Command) -> str:
        row = self.row(command)
        return row.stream(thing_of(row, command))

    def _lock(self, stream: str) -> asyncio.Lock:
        lock = self._locks.get(stream)
        if lock is None:
            self._locks[stream] = lock = asyncio.Lock()
        return lock

    async def _until_settled(self, request: Request) -> Outcome:
        stream = await self._known(request.command)
        for race in range(MAX_RACES):
            decided = await self._decided(stream, request)
            if not isinstance(decided, Decided):
                return decided
            settled = await self._added(decided, request)
            if settled is not None:
                return settled
            await self._clock.sleep(0.002 * race)
            stream = await self._journal.refreshed(stream.aggregate, stream.thing_id)
        raise TooManyRaces

    async def _known(self, command: Command) -> Stream:
        """The stream to decide on first; what is stale about it comes out with the insert, or before a no."""
        row = self.row(command)
        thing_id = thing_of(row, command)
        return (
            self._journal.assumed_new(row, thing_id) if command.creates else await self._journal.current(row, thing_id)
        )

    async def _decided(self, stream: Stream, request: Request) -> Decided | Outcome:
        """What the rules say on the stream as known; when that would be a no or nothing, on the stream as it is."""
        if repeated := await self._known_repeat(stream, request):
            return repeated
        try:
            decided = await self._deciding.decide(stream, request)
            if decided.events:
                await self._reserve(decided.stream, request)
                return decided
        except Refusal:
            pass
        return await self._decided_afresh(stream, request)

    async def _decided_afresh(self, stream: Stream, request: Request) -> Decided | Outcome:
        fresh = await self._journal.refreshed(stream.aggregate, stream.thing_id)
        if repeated := await self._repeat(fresh, request):
            return repeated
        decided = await self._decided_or_elsewhere(fresh, request)
        if not decided.events:
            return Outcome(fresh.stored(), new=False)
        await self._reserve(fresh, request)
        return decided

    async def _decided_or_elsewhere(self, stream: Stream, request: Request) -> Decided:
        """The decision; where the thing exists in another region, the reservation says so in better words."""
        try:
            return await self._deciding.decide(stream, request)
        except UnknownThing:
            if type(request.command).creates and stream.exists:
                await self._reserve(stream, request)
            raise

    async def _reserve(self, stream: Stream, request: Request) -> None:
        """Have the command that this one rests on accepted first, in its own stream and under the same cause."""
        reserve = stream.aggregate.reserves.get(type(request.command))
        if reserve is not None:
            await self.handle(self._deciding.reservation(reserve, stream, request))

    async def _added(self, decided: Decided, request: Request) -> Outcome | None:
        """The outcome of adding the commit; None when somebody else was first and it must be decided again."""
        commit = new_commit(decided, request)
        try:
            await self._journal.append(decided.stream, commit)
        except Collided:
            return await self._after_collision(decided.stream, request)
        return self._outcome(decided, commit)

    def _outcome(self, decided: Decided, commit: Document) -> Outcome:
        """The answer: the state as of this very commit, whatever has followed meanwhile."""
        stream = decided.stream
        thing = Stored(
            stream.aggregate,
            stream.thing_id,
            commit["region"],
            commit["key"],
            decided.state,
            commit["revision"],
            commit["at"],
        )
        return Outcome(thing, new=True, asker=commit["actor"]["id"])

    async def _after_collision(self, stream: Stream, request: Request) -> Outcome | None:
        fresh = await self._journal.refreshed(stream.aggregate, stream.thing_id)
        return await self._repeat(fresh, request)

    async def _known_repeat(self, stream: Stream, request: Request) -> Outcome | None:
        return await self._repeat(stream, request) if request.cause in stream.causes else None

    async def _repeat(self, stream: Stream, request: Request) -> Outcome | None:
        """The answer that this cause got when it was done, or None when it was not. Raises IdempotencyMismatch."""
        commit = await self._journal.commit_of(stream, request.cause)
        if commit is None:
            return None
        if commit["fingerprint"] != request.fingerprint:
            raise IdempotencyMismatch
        thing = (await self._journal.as_of(stream, commit["revision"])).stored()
        return Outcome(thing, new=False, asker=commit["actor"]["id"])

    async def handle_many(self, requests: Sequence[Request]) -> Sequence[Outcome | Exception]:
        """Carry out many commands, with one insert a round; the order of requests for one stream is kept.

        Each result is an Outcome, or the Refusal or Unavailable (or whatever else) that the request ran into.
        """
        if len(requests) == 1:
            return [await self._alone(requests[0])]
        results: dict[int, Outcome | Exception] = {}
        waiting = list(range(len(requests)))
        while waiting:
            this_round, waiting = self._one_per_stream(requests, waiting)
            results |= await self._round(requests, this_round)
        return [results[position] for position in range(len(requests))]

    async def _alone(self, request: Request) -> Outcome | Exception:
        try:
            return await self.handle(request)
        except Exception as failure:  # noqa: BLE001 - the caller gets it as this request's result
            return failure

    def _one_per_stream(self, requests: Sequence[Request], waiting: list[int]) -> tuple[list[int], list[int]]:
        taken: set[str] = set()
        now: list[int] = []
        later: list[int] = []
        for position in waiting:
            stream = self._stream(requests[position].command)
            (later if stream in taken else now).append(position)
            taken.add(stream)
        return now, later

    async def _round(self, requests: Sequence[Request], positions: list[int]) -> dict[int, Outcome | Exception]:
        decided = await asyncio.gather(*(self._first_try(requests[position]) for position in positions))
        results = {p: d for p, d in zip(positions, decided, strict=True) if not isinstance(d, Decided)}
        chosen = [(p, d) for p, d in zip(positions, decided, strict=True) if isinstance(d, Decided)]
        additions = [(position, choice, new_commit(choice, requests[position])) for position, choice in chosen]
        try:
            collisions = await self._journal.append_many([(d.stream, commit) for _, d, commit in additions])
        except Unavailable as failure:
            return results | {position: failure for position, _, _ in additions}
        for at, (position, choice, commit) in enumerate(additions):
            results[position] = await self._settled(requests[position], choice, commit, collisions.get(at))
        return results

    async def _first_try(self, request: Request) -> Decided | Outcome | Exception:
        try:
            decided = await self._decided(await self._known(request.command), request)
        except Refusal as refusal:
            await self._refused(request, refusal)
            return refusal
        except Exception as failure:  # noqa: BLE001 - the caller gets it as this request's result
            return failure
        return decided if isinstance(decided, Decided) else self._counted(request, decided)

    async def _settled(
        self, request: Request, decided: Decided, commit: Document, collision: Collision | None
    ) -> Outcome | Exception:
        if collision is None:
            return self._counted(request, self._outcome(decided, commit))
        return await self._alone(request)

    def look_in(self, region: str) -> Look:
        """Looks at other streams of this service as they are now. What lies in another region is not there."""

        async def look(state: type[S], thing_id: str) -> S | None:
            stream = await self._journal.refreshed(self._states[state], thing_id)
            here = stream.aggregate.across_regions or stream.region == region
            return stream.state if stream.exists and here else None  # type: ignore[return-value]  # the journal's stream of that state

        return look

    async def stored(self, row: Row, thing_id: str) -> Stored | None:
        """One thing as it is now, or None."""
        stream = await self._journal.refreshed(row, thing_id)
        return stream.stored() if stream.exists else None

    async def history(self, row: Row, thing_id: str, after: int = 0, most: int | None = None) -> list[Document]:
        """The commits of one thing after a revision, oldest first; at most so many."""
        return await self._journal.history(row, thing_id, after, most)


def thing_of(row: Row, command: Command) -> str:
    """The id of the thing that the command is about."""
    thing_id: str = getattr(command, row.id_field)
    return thing_id
