"""The shop on the real broker and database, in a process of its own that a fault really ends.

What must outlive the process lies in a folder: the answers that the client has got, and the calls that the courier has
got. The next process goes on from there.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from structlog.testing import capture_logs
from typing_extensions import override

from shared.chassis.cards import relay
from shared.chassis.cards.topic import card_topic
from shared.chassis.clock import SystemClock
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever, last_value_wins
from shared.chassis.wire import topic_of
from tests.integration.matrix.in_memory import snapshots_often
from tests.integration.matrix.ledger import ledger
from tests.integration.matrix.playing import Client
from tests.integration.matrix.process import Process, settings
from tests.integration.matrix.scenario import DAYS_UNTIL_OVERDUE, SHOP, Answer
from tests.integration.matrix.wishes import Wish, WishingTape
from tests.support.ports.faults import Alive, Tape

HANG_SECONDS = 1.0
TURN = timedelta(seconds=4)
SWEEP_EVERY_SECONDS = 1.0
"""Whoever comes after a sender of cards that was killed waits for that one's turn to run out: a minute, usually."""
SETTINGS = settings(tick_seconds=0.2, sweep_seconds=1.0)


class Site(NamedTuple):
    """Where one run takes place: a database and topics that nobody else uses, and a folder."""

    driver: str
    mongo: str
    kafka: str
    name: str
    folder: str

    @property
    def prefix(self) -> str:
        """What stands before topics and groups."""
        return f"{self.name}-"

    @property
    def granted(self) -> Path:
        """Where each fault is written down before it happens."""
        return Path(self.folder) / "granted"

    @property
    def died(self) -> Path:
        """A line for each process that was killed."""
        return Path(self.folder) / "died"

    @property
    def told(self) -> Path:
        """What came of the run, once a process has come to its end."""
        return Path(self.folder) / "told.json"

    @property
    def deaths(self) -> int:
        """How many processes were killed."""
        return len(self.died.read_text().splitlines()) if self.died.exists() else 0

    def options(self) -> KafkaOptions:
        """Short sessions: who was killed must not keep the next one waiting."""
        return KafkaOptions(servers=self.kafka, client=self.name, session_seconds=2.0, stop_seconds=4.0)


class SkippingClock(SystemClock):
    """The machine's clock, some days ahead once they were skipped."""

    skipped = timedelta()

    @override
    def now(self) -> datetime:
        return super().now() + self.skipped


@dataclass
class OnTheStack:
    """One process of the shop at a time; to die is to be killed, with the client and all."""

    site: Site
    tape: Tape
    clock: SkippingClock = field(default_factory=SkippingClock)

    async def open(self) -> Process:
        """Start the shop in this process."""
        self._leap()
        open_store = open_motor_store if self.site.driver == "motor" else open_pymongo_store
        store, broker = open_store(self.site.mongo, self.site.name), KafkaBroker(self.site.options())
        life = Alive(died=self._exit)
        process = Process(store, broker, self.clock, self._book, tape=self.tape, life=life, prefix=self.site.prefix)
        process.start(SETTINGS)
        return process

    async def bury(self, process: Process) -> None:
        """Let go of one that was stopped in good order."""
        await process.broker.stop()
        await process.store.close()

    def _exit(self) -> None:
        with self.site.died.open("a") as deaths:
            deaths.write("died\n")
        os._exit(1)

    def days_pass(self) -> None:
        """Leap over the time to pay; for whoever comes after this process, too."""
        self._skipped.touch()
        self._leap()

    def _leap(self) -> None:
        if self._skipped.exists():
            self.clock.skipped = timedelta(days=DAYS_UNTIL_OVERDUE)

    @property
    def _skipped(self) -> Path:
        return Path(self.site.folder) / "skipped"

    async def _book(self, order_id: str) -> str:
        with (Path(self.site.folder) / "called").open("a") as book:
            book.write(f"{order_id}\n")
        return f"ref-{order_id}"

    @property
    def called(self) -> list[str]:
        """The calls that the courier has got."""
        book = Path(self.site.folder) / "called"
        return book.read_text().split() if book.exists() else []


async def make_topics(site: Site) -> None:
    """Make what the shop publishes on."""
    assert SHOP.cards is not None
    topics = [
        kept_for_ever(topic_of(site.prefix, "shoes"), 2, 1),
        last_value_wins(card_topic(SHOP.cards, site.prefix), 2, 1),
    ]
    await create_topics(site.options(), topics)


def live(site: Site, wishes: Sequence[Wish]) -> None:
    """Play the scenario, or the rest of it; leave in the folder what came of it. The main of a process of its own."""
    relay.TURN, relay.SWEEP_EVERY_S = TURN, SWEEP_EVERY_SECONDS
    tape = WishingTape(wishes, site.granted, site.prefix, hang_seconds=HANG_SECONDS)
    with capture_logs(), snapshots_often():
        told = asyncio.run(_live(site, tape))
    site.told.write_text(json.dumps(told))


async def _live(site: Site, tape: Tape) -> dict[str, Any]:
    await make_topics(site)
    place, noted = OnTheStack(site, tape), Path(site.folder) / "answers"
    answers: dict[str, Answer] = {}
    for line in noted.read_text().splitlines() if noted.exists() else []:
        name, answer = json.loads(line)
        answers[name] = tuple(answer)
    with noted.open("a") as file:

        def write_down(name: str, answer: Answer) -> None:
            file.write(f"{json.dumps([name, answer])}\n")
            file.flush()

        client = Client(place, answers, write_down)
        process = await client.play()
    tape.stop()
    found = await ledger(process, client.answers, place.called, site.prefix)
    await process.stop()
    return {
        "wrong": found.wrong + client.changed,
        "answers": found.answers,
        "story": found.story,
        "rows": found.rows,
    }
