"""The service on the real broker and database, and the other services' topics that it reads."""

from collections.abc import Mapping

import orjson

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
from tests.support.eventually import eventually
from tests.support.scenario import NOW, REGION
from tests.support.shoe_works import SetClock
from tests.support.stack import Stack
from tests.unit.notifications.office import KEYS

OTHERS = ("enrolment", "portfolio", "network")


async def opened(stack: Stack, database: str, prefix: str, settings: Mapping[str, str]) -> Assembled:
    """One process, whose messages go the way that the settings say."""
    options = KafkaOptions(servers=stack.kafka, client="test", session_seconds=6.0, stop_seconds=4.0)
    topics = [kept_for_ever(f"{prefix}{name}-events", 3, 1) for name in (*OTHERS, "notifications")]
    await create_topics(options, [*topics, last_value_wins(f"{prefix}enrolment-people", 3, 1)])
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


async def close(assembled: Assembled) -> None:
    """Let it finish what it began, and stop it."""
    await assembled.relay.drain(5)
    await assembled.around.broker.stop()
    await assembled.relay.mark()
    await assembled.close_gateways()
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


async def introduced(assembled: Assembled, *people: str) -> None:
    """Send their contact cards, and wait until they are known."""
    for person in people:
        await introduce(assembled, person)

    async def known() -> bool:
        assert assembled.copies is not None
        return len(await assembled.copies.get(people)) == len(people)

    await eventually(known, "the cards arrived")
