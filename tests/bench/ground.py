"""What every row stands on: one broker, one database, names of its own, and the machine it ran on."""

import os
import platform
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from deploy.local.platform import PlatformPlan
from deploy.local.process import start_stack
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.topics import create_topics, kept_for_ever, last_value_wins
from shared.chassis.wire import topic_of
from tests.support.eventually import eventually

PARTITIONS = 12
REGION = "north"


class Missing(Exception):
    """Something that a row needs is not on this machine; the sentence says what."""


@dataclass(frozen=True)
class Ground:
    """Addresses of a broker and a database that answer, and a folder for logs; `server`: the process, if it is ours."""

    kafka: str
    mongo: str
    folder: Path
    server: int | None = None
    notes: list[str] = field(default_factory=list)

    def name(self, what: str) -> str:
        """A name for a database, or the beginning of topics' names, that nobody else uses."""
        return f"bench-{what}-{secrets.token_hex(4)}"

    def plan(self, prefix: str, **more: str) -> PlatformPlan:
        """A platform on this ground, whose names all begin so; `more` are further settings."""
        return PlatformPlan(
            folder=self.folder / prefix.rstrip("-"),
            kafka=self.kafka,
            mongo=self.mongo,
            deployment="bench",
            prefix=prefix,
            database_prefix=prefix.replace("-", "_"),
            more=more,
        )

    def options(self, client: str = "bench") -> KafkaOptions:
        """How the broker is reached."""
        return KafkaOptions(servers=self.kafka, client=client, session_seconds=6)

    async def topics(self, prefix: str, services: Sequence[str], partitions: int = PARTITIONS) -> None:
        """Make the topics of these services."""
        topics = [kept_for_ever(topic_of(prefix, name), partitions, 1) for name in services]
        await create_topics(self.options(), [*topics, last_value_wins(f"{prefix}enrolment-people", partitions, 1)])

    async def sender(self) -> KafkaBroker:
        """A connected broker that only sends."""
        broker = KafkaBroker(self.options("bench-sender"))
        await broker.start()
        return broker


@contextmanager
def standing(stack: str, folder: Path) -> Iterator[Ground]:
    """The embedded stack, started for this run, or the one whose addresses the environment gives."""
    if stack == "external":
        kafka, mongo = os.environ.get("SIXSTEPS_KAFKA"), os.environ.get("SIXSTEPS_MONGO")
        if not kafka or not mongo:
            raise Missing("The external stack needs SIXSTEPS_KAFKA and SIXSTEPS_MONGO.")
        yield Ground(kafka, mongo, folder)
        return
    running = start_stack(folder / "stack", lasting=True)
    try:
        yield Ground(running.kafka or "", running.mongo or "", folder, running.process.pid)
    finally:
        running.stop()


def only_cores(count: int) -> None:
    """Keep this process, and all it starts, to so many cores: the bars are for two."""
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, allowed[:count])


def machine(stack: str) -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "stack": stack,
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as told:
        names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return names[0] if names else platform.processor()


async def until(condition: Any, what: str, seconds: float) -> None:
    """Return when the condition holds, looked at as often as measuring needs. Raises AssertionError: it did not."""
    await eventually(condition, what, seconds, every=0.005)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below or at which this share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1_000) // 1_000) - 1))]
