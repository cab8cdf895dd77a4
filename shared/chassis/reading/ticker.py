"""Asking for what falls due."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from shared.chassis.declarations.command import Command
from shared.chassis.ids import new_id
from shared.chassis.ports import Clock, Document, Store
from shared.chassis.reading.asking import Answer, Asking, request_for
from shared.chassis.reading.failure import Failure, failure_of
from shared.chassis.reading.guarded import put_guarded
from shared.chassis.reading.patience import Patience
from shared.chassis.reading.projections import DEADLINES, due_of
from shared.chassis.requests import Request

AT_ONCE = 200
LONGEST_POSTPONEMENT = timedelta(hours=1)
_log = structlog.get_logger(__name__)


class Ticker:
    """Two tickers do no harm: the cause names the moment, so the second one's request is a repeat.

    What was answered or refused is marked as asked, unless the moment has moved meanwhile. What failed for a reason
    nobody knows is tried again later, ever less often, and holds up no other.
    """

    def __init__(
        self, store: Store, clock: Clock, asking: Asking, patience: Patience, commands: Mapping[str, type[Command]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._asking = asking
        self._patience = patience
        self._commands = commands

    async def tick(self) -> int:
        """Ask for what is due now, the oldest first; how many were asked for."""
        where = {"asked": False, "due_at": {"$lte": self._clock.now()}}
        due = await self._patience.insist(
            "database", lambda: self._store.find(DEADLINES, where, order=[("due_at", 1)], limit=AT_ONCE)
        )
        if not due:
            return 0
        requests = {document["_id"]: self._request(document) for document in due}
        ready = [request for request in requests.values() if isinstance(request, Request)]
        answers = iter(await self._asking.ask(ready))
        outcomes = {name: next(answers) if isinstance(each, Request) else each for name, each in requests.items()}
        await self._mark([self._after(document, outcomes[document["_id"]]) for document in due], due)
        return len(ready)

    def _request(self, due: Document) -> Request | Failure:
        cause = f"deadline:{due['name']}:{due['key']}:{due['moment']}"
        try:
            command = due_of(due, self._commands).ask
        except Exception as error:  # noqa: BLE001 - one that cannot be read any more must not stop the others
            return failure_of(error)
        asker = f"deadline:{due['name']}"
        return request_for(
            command,
            cause=cause,
            asker=asker,
            region=due["region"],
            correlation_id=due["correlation_id"],
            causation_id=due["causation_id"],
        )

    def _after(self, due: Document, answer: Answer) -> Document:
        if not isinstance(answer, Failure):
            return {**due, "asked": True}
        told = {"deadline": due["name"], "kind": answer.kind, "code": answer.code}
        if answer.final:
            _log.info("deadline_refused", **told)
            return {**due, "asked": True}
        _log.error("deadline_postponed", **told)
        wait = min(LONGEST_POSTPONEMENT, timedelta(minutes=1) * 2 ** min(due["tries"], 10))
        return {**due, "tries": due["tries"] + 1, "due_at": self._clock.now() + wait}

    async def _mark(self, after: list[Document], before: list[Document]) -> None:
        mark = new_id()
        seen = {document["_id"]: document["mark"] for document in before}
        marked = [{**document, "mark": mark} for document in after]
        await put_guarded(self._store, self._patience, DEADLINES, marked, seen)
