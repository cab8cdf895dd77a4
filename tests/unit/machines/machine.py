"""The lives of all things of one service at once: anybody asks for anything, and events come in any order."""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.chassis import wire
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.service import Service
from shared.chassis.ports import Message
from tests.unit.machines.town import MOMENT, REGION, Promise, Row, Town, message
from tests.unit.machines.twice import folded, repeated
from tests.unit.machines.words import OFTEN, PEOPLE, examples, spoken

CHANCE = st.randoms(use_true_random=True)
"""From a seed of hypothesis: one command is one draw, however many fields it has."""

SEVERAL = 6
MANY = 20


class Lives(RuleBasedStateMachine):
    """A subclass says of which service. `met` are the aggregates to which anything happened in all that was tried."""

    service: Service
    promises: Mapping[str, Promise]
    road: Sequence[Command] = ()
    first_words: Mapping[str, Any] = {}
    hears_first: Sequence[str] = ()
    anew: frozenset[type[Command]] = frozenset()
    met: set[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.met = set()

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.town = Town(self.service, self.promises, self.anew)
        self.words = spoken()
        self.words.learn(self.first_words)
        self.told: list[Message] = []
        self.own: list[Message] = []
        self.living: dict[str, list[str]] = {row.name: [] for row in self.service.aggregates}
        self.foreign = [each for each in examples() if self._is_foreign(each)]
        self.loop.run(self.town.prepare())

    @initialize(steps=st.integers(min_value=0, max_value=20))
    def begin(self, steps: int) -> None:
        """Go a part of the road, or all of it."""
        for name in self.hears_first[:steps]:
            self._hear(next(each for each in self.foreign if each["type"].split(".")[2] == name))
        for command in self.road[: max(0, steps - len(self.hears_first))]:
            assert self._ask(command, PEOPLE[0]) is None

    @rule(chance=CHANCE, times=st.integers(min_value=1, max_value=MANY))
    def ask(self, chance: Random, times: int) -> None:
        """Somebody asks for something, several times over."""
        for _ in range(times):
            row, kind = self._chosen(chance)
            command = self.words.command(kind, chance, self.town.clock.now())
            if command is not None:
                self._ask(self.addressed(row, command, chance), chance.choice(PEOPLE))

    @rule(chance=CHANCE)
    def hear_from_elsewhere(self, chance: Random) -> None:
        """What another service published arrives."""
        if self.foreign:
            self._hear(chance.choice(self.foreign))

    @rule(chance=CHANCE)
    def hear_of_our_own(self, chance: Random) -> None:
        """What we published ourselves arrives, now or later, perhaps again."""
        if self.own:
            self._react(chance.choice(self.own[-SEVERAL:]))

    @rule(days=st.sampled_from((0, 0, 0, 1, 8, 40)))
    def time_goes_by(self, days: int) -> None:
        """Things begin and end."""
        self.town.clock.pass_by(days=days)

    def teardown(self) -> None:
        """In the end: all is in the journal once, and folding everything twice changes no row."""
        self.loop.run(self.town.settle())
        self.met.update(commit["aggregate"] for commit in self.town.commits)
        once = self.loop.run(folded(self.service, self.town.catalogue, [self.told]))
        twice = self.loop.run(folded(self.service, self.town.catalogue, repeated(self.told)))
        self.loop.close()
        assert once == twice

    def _chosen(self, chance: Random) -> tuple[Row, type[Command]]:
        rows = [(row, kind) for row in self.service.aggregates for kind in row.commands]
        row = chance.choice(self.service.aggregates)
        return chance.choice(rows) if chance.random() < OFTEN else (row, chance.choice(row.commands))

    def addressed(self, row: Row, command: Command, chance: Random) -> Command:
        """The command to a thing that there is, mostly; a new one gets the id that follows from what it is."""
        if type(command).creates and row.identity is not None:
            return command.model_copy(update={row.id_field: row.identity(command, REGION)})
        living = self.living[row.name]
        if not living or chance.random() > OFTEN:
            return command
        return command.model_copy(update={row.id_field: chance.choice(living[-SEVERAL:])})

    def _ask(self, command: Command, actor: str) -> Any:
        refused = self.loop.run(self.town.ask(command, actor))
        self._learn()
        return refused

    def _hear(self, example: Mapping[str, Any]) -> None:
        stream = {"stream": example["subject"], "key": example["partitionkey"], "region": REGION, "at": MOMENT}
        led_to = {"correlation": "correlation", "causation": "causation", "trace": None}
        before = sum(wire.subject_of(each) == example["subject"] for each in self.told)
        event = {**example, "sequence": before + 1, "id": f"{example['id']}-{before}"}
        found = message({**stream, **led_to}, event)
        self.told.append(found)
        self._react(found)

    def _react(self, found: Message) -> None:
        received = wire.read(found, self.town.catalogue)
        assert received.event is not None
        self.loop.run(self.town.hear(received.event, received.envelope))
        self._learn()

    def _learn(self) -> None:
        ids = {row.name: row.id_field for row in self.service.aggregates}
        for commit in self.town.unseen():
            if commit["thing"] not in self.living[commit["aggregate"]]:
                self.living[commit["aggregate"]].append(commit["thing"])
            self.words.learn({ids[commit["aggregate"]]: commit["thing"]})
            for event in commit["events"]:
                self.words.learn(event["data"])
            public = [message(commit, event) for event in commit["events"] if event["sequence"] is not None]
            self.told += public
            self.own += public

    def _is_foreign(self, example: Mapping[str, Any]) -> bool:
        _, publisher, name, _ = example["type"].split(".")
        known = {(event.service(), event.__name__) for event in self.town.catalogue.classes()}
        return publisher != self.service.name and (publisher, name) in known
