"""The service on the real broker and database, with a real SMTP server: each person gets each message once."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import orjson
import pytest
from aiosmtpd.smtp import SMTP

from services.notifications.service import SERVICE, gateways
from shared.chassis import wire
from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.cards.wire import CardRecord
from shared.chassis.declarations.event import Event
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.topics import create_topics, kept_for_ever, last_value_wins
from shared.events.enrolment import FacilitatorAssigned
from tests.support.eventually import eventually
from tests.support.scenario import NOW, REGION
from tests.support.shoe_works import SetClock
from tests.support.stack import Stack
from tests.unit.notifications.builders import home_enrolled, workshop_scheduled
from tests.unit.notifications.office import KEYS

PEOPLE = ("sam", "ann", "ben", "fay")
EVENTS: tuple[tuple[Event, str], ...] = (
    (workshop_scheduled(), "workshop-w1"),
    (home_enrolled(), "enrolment-en1"),
    (FacilitatorAssigned(cohort_id="c1", person_id="fay"), "cohort-c1"),
)


class Sink:
    """A mail server that keeps who got which subject."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        read = message_from_bytes(envelope.content, policy=default)
        assert re.fullmatch(r"[0-9a-f-]{36}", read["X-Sixsteps-Message"])
        self.taken[(envelope.rcpt_tos[0], read["Subject"])] += 1
        return "250 OK"


@pytest.fixture
async def sink() -> AsyncIterator[tuple[Sink, int]]:
    loop, taking = asyncio.get_running_loop(), Sink()
    server = await loop.create_server(lambda: SMTP(taking, loop=loop, hostname="localhost"), "127.0.0.1", 0)
    yield taking, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def opened(stack: Stack, database: str, prefix: str, port: int) -> Assembled:
    options = KafkaOptions(servers=stack.kafka, client="test", session_seconds=6.0, stop_seconds=4.0)
    topics = [kept_for_ever(f"{prefix}{name}-events", 3, 1) for name in (*OTHERS, "notifications")]
    await create_topics(options, [*topics, last_value_wins(f"{prefix}enrolment-people", 3, 1)])
    settings = {
        "SIXSTEPS_SMTP_HOST": "127.0.0.1",
        "SIXSTEPS_SMTP_PORT": str(port),
        "SIXSTEPS_SMTP_FROM": "sixsteps@example.org",
        "SIXSTEPS_SMTP_TLS": "none",
    }
    around = Around(
        store=open_motor_store(stack.mongo, database),
        broker=KafkaBroker(options),
        clock=SetClock(NOW),
        keys=KeyRing.parse(KEYS),
        deployment="test",
        prefix=prefix,
        gateways=gateways(settings),
    )
    assembled = assemble(SERVICE, around)
    await assembled.prepare()
    assembled.subscribe()
    await around.broker.start()
    return assembled


OTHERS = ("enrolment", "portfolio", "network")


async def close(assembled: Assembled) -> None:
    await assembled.relay.drain(5)
    await assembled.around.broker.stop()
    await assembled.relay.mark()
    await assembled.around.store.close()


async def publish(assembled: Assembled, event: Event, stream: str) -> None:
    """Put an event on the topic as enrolment's relay would; said again it is a repeat."""
    told = dict.fromkeys(("correlation", "causation"), "test")
    commit = {"stream": stream, "key": stream, "region": REGION, "at": NOW, "trace": None, **told}
    body = {"id": f"{stream}.1", "type": event.type_name(), "sequence": 1, "data": event.model_dump(mode="json")}
    sent = wire.record(commit, body, "/sixsteps/test/enrolment")
    topic = wire.topic_of(assembled.around.prefix, event.service())
    await assembled.around.broker.send(topic, sent.key, sent.value, sent.headers)


async def introduce(assembled: Assembled, person_id: str) -> None:
    """Send a contact card as enrolment would."""
    assert SERVICE.cards is not None
    record = CardRecord(person_id, REGION, 1, None)
    card = {"name": person_id.title(), "email": f"{person_id}@example.org", "language": "en"}
    sealed = assembled.around.keys.seal(orjson.dumps(card), record.about)
    topic = card_topic(SERVICE.cards, assembled.around.prefix)
    await assembled.around.broker.send(topic, record.key, sealed, record.headers)


async def test_t02_each_person_gets_each_message_once_also_when_everything_comes_again(
    stack: Stack, database_name: str, topic_prefix: str, sink: tuple[Sink, int]
) -> None:
    taking, port = sink
    first = await opened(stack, database_name, topic_prefix, port)
    for person in PEOPLE:
        await introduce(first, person)

    async def known() -> bool:
        assert first.copies is not None
        return len(await first.copies.get(PEOPLE)) == len(PEOPLE)

    await eventually(known, "the cards arrived")
    for event, stream in EVENTS:
        await publish(first, event, stream)
    await eventually(lambda: len(taking.taken) == 6, "six messages were sent", 40)
    await eventually(lambda: _all_sent(first), "all are recorded as sent")
    await close(first)

    again = await opened(stack, database_name, topic_prefix, port)
    for event, stream in EVENTS:
        await publish(again, event, stream)
    await eventually(lambda: _read(again), "everything was read again", 40)
    await close(again)
    assert set(taking.taken.values()) == {1}
    assert len(taking.taken) == 6


async def _all_sent(assembled: Assembled) -> bool:
    rows = await assembled.around.store.find("view_messages", {})
    return len(rows) == 6 and {row["row"]["status"] for row in rows} == {"sent"}


async def _read(assembled: Assembled) -> bool:
    return not any((await assembled.readers.lag()).values()) and assembled.relay.backlog == 0
