"""Reads what lies on the topics and in the journals once the story is over, for the checks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from deploy.demo import names
from deploy.local.platform import RunningPlatform
from deploy.ops.audit import audited
from deploy.services import NAMES
from shared.chassis.auditing import Audit
from shared.chassis.commits import JOURNAL
from shared.chassis.drivers.kafka_observer import KafkaObserver
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.ports import Message
from shared.chassis.wire import topic_of

CARDS: Final = "enrolment-people"

PERSONAL: Final = re.compile(
    "|".join(
        (rf"[ .](?:{'|'.join(names.LAST_NAMES)})".lower(), r"\.[0-9]+@example\.org", r"01632 ?96[0-9]{4}")
    ).encode()
)
"""A name, e-mail address or telephone number of anybody in the cast, in small letters.

What makes them rare comes first: tens of thousands of messages are looked through.
"""


@dataclass
class Found:
    """The audit of each service, and where a personal value was found in clear."""

    audits: dict[str, Audit] = field(default_factory=dict)
    personal: list[str] = field(default_factory=list)
    cards: int = 0


def is_personal(told: bytes) -> bool:
    """Whether anything in it is somebody's of the cast, however it is written."""
    return PERSONAL.search(told.lower()) is not None


async def read_everything(platform: RunningPlatform) -> Found:
    """Audit every service and look for personal values on topics, in journals and in logs. Raises Unavailable."""
    environments = {name: service.environment for name, service in platform.services.items()}
    found = Found({audit.service: audit for audit in await audited(environments)})
    observer = KafkaObserver(KafkaOptions(servers=platform.plan.kafka, client="demo-reading"))
    try:
        for topic in [topic_of(platform.plan.prefix, service) for service in NAMES]:
            found.personal += _personal_on(topic, [message async for message in observer.read_all(topic)])
        cards = [message async for message in observer.read_all(f"{platform.plan.prefix}{CARDS}")]
    finally:
        await observer.close()
    found.cards = len({message.key for message in cards})
    found.personal += _personal_on(CARDS, cards)
    for service, environment in environments.items():
        found.personal += await _personal_in_journal(service, environment["SIXSTEPS_DATABASE"], platform.plan.mongo)
    found.personal += _personal_in_logs(platform.plan.folder)
    return found


async def _personal_in_journal(service: str, database: str, mongo: str) -> list[str]:
    store = open_motor_store(mongo, database)
    try:
        async for commit in store.scan(JOURNAL):
            if is_personal(orjson.dumps(commit, default=str)):
                return [f"journal of {service}"]
    finally:
        await store.close()
    return []


def _personal_in_logs(folder: Path) -> Iterator[str]:
    for log in sorted(folder.glob("*.log")):
        if is_personal(log.read_bytes()):
            yield f"log of {log.stem}"


def _personal_on(topic: str, messages: list[Message]) -> Iterator[str]:
    if any(is_personal(part) for message in messages for part in _parts(message)):
        yield f"topic {topic}"


def _parts(message: Message) -> Iterator[bytes]:
    yield message.key or b""
    yield message.value or b""
    yield from (value for _, value in message.headers)
