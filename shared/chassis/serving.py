"""Opens what the settings name, and runs a service with it: the one place that knows which drivers there are."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import FastAPI

from shared.chassis.assembling import Around, Assembled, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.cards.topic import card_topic
from shared.chassis.clock import FileClock, SystemClock
from shared.chassis.declarations.service import Service
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.mongo_store import MongoStore
from shared.chassis.drivers.motor_store import open_motor_store
from shared.chassis.drivers.pymongo_store import open_pymongo_store
from shared.chassis.drivers.topics import Topic, create_topics, kept_for_ever, last_value_wins
from shared.chassis.http.app import build_app
from shared.chassis.http.cursors import Cursors
from shared.chassis.http.parts import HttpParts
from shared.chassis.http.standing import with_standing
from shared.chassis.http.tokens import Authenticator, TokenAuthenticator
from shared.chassis.logs import start_logging, tell_forgotten
from shared.chassis.ports import Archive, Broker, Clock, Store, Unavailable
from shared.chassis.running import Role, Running
from shared.chassis.settings import PREFIX, Settings
from shared.chassis.tracing import Silent, Tracer
from shared.chassis.wire import topic_of

Published = Callable[[], Mapping[str, Any]]
Schema = Callable[[str], Mapping[str, Any] | None]


async def serve(service: Service, settings: Settings, role: Role, asyncapi: Published, schema: Schema) -> None:
    """Run one service until it is told to stop."""
    start_logging(service.name, settings.log_level)
    asyncio.get_running_loop().set_exception_handler(tell_forgotten)
    try:
        assembled = opened(service, settings)
    except ValueError as wrong:  # a gateway says in one sentence which setting is missing or wrong
        raise SystemExit(str(wrong)) from wrong
    app = app_of(assembled, settings, asyncapi, schema)
    await Running(assembled, app, settings, role).run()


def opened(service: Service, settings: Settings) -> Assembled:
    """The service with the drivers that the settings name. Connects to nothing yet."""
    environment = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    around = around_by(settings, service.gateways(environment))
    return assemble(service, replace(around, tracer=tracer_of(settings)))


def around_by(settings: Settings, gateways: Mapping[str, Any]) -> Around:
    """What the settings name, with these gateways; nothing is traced."""
    return Around(
        store=open_store(settings),
        broker=KafkaBroker(settings.kafka_options()),
        clock=clock_of(settings),
        keys=KeyRing.parse(settings.card_keys.get_secret_value()),
        deployment=settings.deployment,
        prefix=settings.topic_prefix,
        gateways=gateways,
    )


def open_store(settings: Settings) -> Store:
    """The service's database, by the driver that the settings name."""
    return _opened_database(settings)


def open_archive(settings: Settings) -> Archive:
    """The same, to be taken out or put back as a whole."""
    return _opened_database(settings)


def _opened_database(settings: Settings) -> MongoStore:
    open_it = open_pymongo_store if settings.driver == "pymongo" else open_motor_store
    return open_it(settings.mongo.get_secret_value(), settings.database_name, settings.mongo_access())


def tracer_of(settings: Settings) -> Tracer:
    """Where spans go: to the collector that the settings name, or nowhere."""
    if settings.otlp_endpoint is None:
        return Silent()
    from shared.chassis.drivers.otlp import open_tracer  # noqa: PLC0415 - slow to import, and seldom wanted

    return open_tracer(settings.otlp_endpoint, settings.service, settings.deployment, settings.trace_ratio)


def clock_of(settings: Settings) -> Clock:
    """The machine's clock; in the demonstration the clock in the file."""
    return FileClock(settings.demo_clock_file) if settings.demo_clock_file else SystemClock()


def authenticator_of(assembled: Assembled, settings: Settings) -> Authenticator:
    """Whom the service believes: tokens, as far as its standing view does not know better."""
    tokens = TokenAuthenticator(settings.issuers, assembled.service.unit_claim)
    return with_standing(tokens, assembled.service, assembled.around.store, assembled.around.clock)


def app_of(assembled: Assembled, settings: Settings, asyncapi: Published, schema: Schema) -> FastAPI:
    """The HTTP side of the service."""
    return build_app(
        HttpParts(
            service=assembled.service,
            handling=assembled.handling,
            store=assembled.around.store,
            clock=assembled.around.clock,
            documents=assembled.documents,
            authenticator=authenticator_of(assembled, settings),
            cursors=Cursors(assembled.around.keys),
            registry=assembled.metrics.registry,
            copies=assembled.copies,
            owner=assembled.owner,
            refusals=assembled.refusals,
            gateways=assembled.gateways,
            checks=checks_of(assembled),
            asyncapi=asyncapi,
            schema=schema,
            tracer=assembled.around.tracer,
            max_body_bytes=settings.body_limit_bytes,
        )
    )


def checks_of(assembled: Assembled) -> dict[str, Any]:
    """What readiness asks: the database, the broker, and whether the readers get on."""
    broker: Broker = assembled.around.broker

    async def readers() -> None:
        if not (assembled.readers.ready and broker.healthy()):
            raise Unavailable("a reader waits or has stopped")

    return {"database": assembled.around.store.ping, "broker": broker.ping, "readers": readers}


def topics_of(service: Service, settings: Settings) -> list[Topic]:
    """The topics that a service publishes on."""
    size = (settings.partitions, settings.replication_factor)
    found = [kept_for_ever(topic_of(settings.topic_prefix, service.name), *size)]
    if service.cards is not None and service.cards.owner == service.name:
        found.append(last_value_wins(card_topic(service.cards, settings.topic_prefix), *size))
    return found


async def make_topics(services: list[Service], settings: Settings) -> list[str]:
    """Make the topics of these services; making them again changes nothing. Raises Unavailable, Rejected."""
    topics = [topic for service in services for topic in topics_of(service, settings)]
    await create_topics(settings.kafka_options(), topics)
    return [topic.name for topic in topics]
