"""One service in memory, with all its aggregates, that looks at every command it carries out in three ways.

What came of it is what its events, read from the wire, fold to; asked again under the same key it is answered as
before; asked anew it makes nothing more.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from shared.chassis import wire
from shared.chassis.catalogue import Catalogue
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.service import Service
from shared.chassis.documents import Documents
from shared.chassis.drivers.memory_store import MemoryStore
from shared.chassis.handling import Handling
from shared.chassis.journal import Journal
from shared.chassis.ports import Document, Message
from shared.chassis.refusals import RefusalBook
from shared.chassis.requests import Outcome, Request
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, MEMBER, REPRESENTATIVE
from tests.support.shoe_works import SetClock
from tests.unit.machines.schemas import check
from tests.unit.machines.words import PEOPLE

Row = Aggregate[Any, Any, Any, Any]
Promise = Callable[[Sequence[Event], Any], None]
"""Fails when the history of one thing, or the state it led to, breaks what its aggregate promises."""

REGION = "north"
MOMENT = datetime.fromisoformat("2026-09-15T09:30:00+00:00")
ROLES = dict(zip(PEOPLE, ({COORDINATOR, FACILITATOR}, {MANAGER, FACILITATOR}, {REPRESENTATIVE, MEMBER}), strict=True))


class Town:
    """`anew` are the commands that make something more each time they are asked under another key."""

    def __init__(
        self, service: Service, promises: Mapping[str, Promise], anew: frozenset[type[Command]] = frozenset()
    ) -> None:
        self.service, self.promises, self.anew = service, promises, anew
        self.clock = SetClock(MOMENT)
        self.catalogue = Catalogue(known_to(service))
        self.commits: list[Document] = []
        self._store = MemoryStore()
        self._journal = Journal(self._store, self.catalogue, self.commits.append, lambda: None)
        refusals, documents = RefusalBook(self._store, self.clock), Documents(self._store)
        self._handling = Handling(service, self._journal, self.clock, documents, refusals)
        self._asked = self._seen = 0

    async def prepare(self) -> None:
        """See to the indexes."""
        await self._journal.prepare()

    async def ask(self, command: Command, actor: str = PEOPLE[0]) -> Refusal | None:
        """Ask, and look at what came of it; the refusal when there was one. Whatever else is raised is a bug."""
        request, before = self._request(command, actor), len(self.commits)
        try:
            outcome = await self._handling.handle(request)
        except Refusal as refusal:
            return refusal
        made = self.commits[before:]
        for commit in made:
            await self._look_at(commit)
        await self._same_key(request, outcome)
        await self._anew(command, actor, outcome)
        return None

    async def _same_key(self, request: Request, first: Outcome) -> None:
        before = len(self.commits)
        again = await self._handling.handle(request)
        assert not again.new
        assert (again.thing.state, again.thing.version) == (first.thing.state, first.thing.version)
        assert len(self.commits) == before, f"{type(request.command).__name__} was done twice under one key"

    async def _anew(self, command: Command, actor: str, first: Outcome) -> None:
        if type(command) in self.anew:
            return
        before = len(self.commits)
        try:
            again = await self._handling.handle(self._request(command, actor))
        except Refusal:
            pass
        else:
            assert again.thing.state == first.thing.state, type(command).__name__
        assert len(self.commits) == before, f"{type(command).__name__} was done twice"

    async def _look_at(self, commit: Document) -> None:
        row = next(each for each in self.service.aggregates if each.name == commit["aggregate"])
        history = [event for each in self.commits if each["stream"] == commit["stream"] for event in self.read(each)]
        state = reduce(row.evolve, history, row.state())
        stored = await self._handling.stored(row, commit["thing"])
        assert stored is not None
        assert stored.state == state
        assert row.state.model_validate_json(state.model_dump_json()) == state, "a snapshot loses something"
        self.promises[row.name](history, state)

    def read(self, commit: Document) -> list[Event]:
        """The events of a commit as readers get them; the private ones as the journal does."""
        return [self._through(commit, told) for told in commit["events"]]

    def _through(self, commit: Document, told: Mapping[str, Any]) -> Event:
        if told["sequence"] is None:
            found = self.catalogue.read(told["type"], told["data"])
        else:
            check(told)
            found = wire.read(message(commit, told), self.catalogue).event
        assert found is not None
        assert found.written() == (told["type"], told["data"])
        return found

    def unseen(self) -> Sequence[Document]:
        """The commits that were made since this was asked."""
        fresh, self._seen = self.commits[self._seen :], len(self.commits)
        return fresh

    async def settle(self) -> Sequence[Document]:
        """What lies in the journal in the end: all that was made, once."""
        stored = await self._store.find(JOURNAL, {})
        assert sorted(each["_id"] for each in stored) == sorted(each["_id"] for each in self.commits)
        return stored

    async def hear(self, event: Event, envelope: Envelope) -> None:
        """Let the policies react; what they ask for may be refused in a world that nobody lived through."""
        for policy in self.service.reactions:
            if type(event) in policy.events:
                command = policy(event, envelope)
                if command is not None:
                    await self.ask(command)

    def _request(self, command: Command, actor: str) -> Request:
        self._asked += 1
        return Request(
            command=command,
            cause=f"cause-{self._asked}",
            fingerprint=command.model_dump_json(),
            actor=Actor(kind="person", id=actor, roles=frozenset(ROLES[actor]), regions=frozenset({REGION})),
            region=REGION,
            correlation_id="correlation",
            causation_id="causation",
        )


def known_to(service: Service) -> list[type[Event]]:
    """Every event that the service writes or reads."""
    told = (service.aggregates, service.reactions, service.views, service.deadlines)
    return list(dict.fromkeys(event for rows in told for row in rows for event in row.events))


def message(commit: Mapping[str, Any], told: Mapping[str, Any]) -> Message:
    """One public event as it lies on its topic."""
    _, service, _, _ = told["type"].split(".")
    sent = wire.record(dict(commit), dict(told), f"/sixsteps/test/{service}")
    return Message(f"{service}-events", 0, 0, sent.key, sent.value, sent.headers)
