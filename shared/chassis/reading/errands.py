"""Errands: calling the world outside at most once, with a claim before and an outcome after."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.errand import Errand, ErrandTools
from shared.chassis.declarations.facts import Look, S
from shared.chassis.ids import new_id
from shared.chassis.reading.asking import Answer, Asking, request_after
from shared.chassis.reading.failure import Failure, failure_of
from shared.chassis.reading.item import Item
from shared.chassis.reading.patience import Patience

AT_ONCE = 16
RUN_SECONDS = 60.0

ToolsFor = Callable[[str], ErrandTools]
"""Makes the tools of one region."""

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class PatientTools:
    """Tools that wait while the service's own database is away: that must not turn a call into an unknown outcome.

    So the time for which they wait is none of the call's own (`limit`).
    """

    def __init__(self, tools: ErrandTools, patience: Patience, limit: asyncio.Timeout) -> None:
        self._tools = tools
        self._patience = patience
        self._limit = limit
        self.look: Look = self._look

    async def _look(self, state: type[S], thing_id: str) -> S | None:
        return await self._insist(lambda: self._tools.look(state, thing_id))

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        """The person's contact card."""
        return await self._insist(partial(self._tools.card, person_id))

    async def addressee(self, person_id: str) -> Mapping[str, Any] | None:
        """The card of the person who is called."""
        return await self._insist(partial(self._tools.addressee, person_id))

    async def text(self, document_id: str) -> str | None:
        """A free text."""
        return await self._insist(partial(self._tools.text, document_id))

    def gateway(self, name: str) -> Any:
        """The gateway of this name."""
        return self._tools.gateway(name)

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        ends, now = self._limit.when(), asyncio.get_running_loop().time
        if ends is None:  # another one waits at the same time, and has stopped the clock
            return await self._patience.insist("tools", call)
        left = ends - now()
        self._limit.reschedule(None)
        try:
            return await self._patience.insist("tools", call)
        finally:
            self._limit.reschedule(now() + left)


class ErrandEffect:
    """Runs the errands of each event. Done again, the claim is not new, so nothing is called twice."""

    side_by_side = True

    def __init__(
        self,
        errands: Sequence[Errand],
        asking: Asking,
        *,
        tools: ToolsFor,
        limit: asyncio.Semaphore,
        run_seconds: float = RUN_SECONDS,
    ) -> None:
        self._errands = errands
        self._asking = asking
        self._tools = tools
        self._limit = limit
        self._run_seconds = run_seconds

    async def begin(self, items: Sequence[Item]) -> None:
        """Nothing to get ready."""

    async def apply(self, items: Sequence[Item]) -> Sequence[Failure | None]:
        """Run the errands of these events."""
        return [await self._all(item) for item in items]

    async def finish(self) -> bool:
        """All is stored already."""
        return True

    async def _all(self, item: Item) -> Failure | None:
        failure: Failure | None = None
        async with self._limit:
            for errand in self._errands:
                if type(item.event) in errand.events:
                    failure = await self._one(errand, item) or failure
        return failure

    async def _one(self, errand: Errand, item: Item) -> Failure | None:
        try:
            claimed = await self._claim(errand, item)
            if isinstance(claimed, Failure):
                return claimed
            outcome = await self._run(errand, item) if claimed else None
            step = "outcome" if outcome else "interrupted"
            answer = await self._ask(item, outcome or errand.interrupted(item.event), f"{errand.name}:{step}")
        except Exception as error:  # noqa: BLE001 - claim and interrupted are pure: they would fail again, so it is parked
            return failure_of(error)
        return answer if isinstance(answer, Failure) else None

    async def _claim(self, errand: Errand, item: Item) -> bool | Failure:
        """Whether this very attempt holds the claim, also when the reply that said so was lost and it asked again."""
        step = f"{errand.name}:claim"
        mine = f"{step}:{new_id()}"
        answer = await self._ask(item, errand.claim(item.event), step, mine)
        return answer if isinstance(answer, Failure) else answer.new or answer.asker == mine

    async def _run(self, errand: Errand, item: Item) -> Command | None:
        """The command that records the outcome; None when nobody knows the outcome."""
        tools = self._tools(item.envelope.region)
        try:
            async with asyncio.timeout(self._run_seconds) as limit:
                return await errand.run(item.event, PatientTools(tools, self._asking.patience, limit))
        except Exception as error:  # noqa: BLE001 - whatever it was, it may have reached the other side
            _log.error("errand_interrupted", errand=errand.name, event_id=item.envelope.id, error=type(error).__name__)
            return None

    async def _ask(self, item: Item, command: Command, what: str, asker: str | None = None) -> Answer:
        return (await self._asking.ask([request_after(item.envelope, command, what, item.trace, asker)]))[0]
