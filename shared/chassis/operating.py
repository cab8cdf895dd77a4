"""Opens a service for those who look after it, beside its live processes: nothing is consumed here, nothing swept."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from shared.chassis.assembling import Assembled, assemble
from shared.chassis.declarations.service import Service
from shared.chassis.serving import around_by
from shared.chassis.settings import read_settings

DRAIN_SECONDS = 10.0


@asynccontextmanager
async def looking(service: Service, environment: Mapping[str, str]) -> AsyncIterator[Assembled]:
    """The service as these settings have it, to look at. Connects when first asked; gateways stay closed."""
    assembled = _assembled(service, environment, {})
    assembled.readers.subscribe()  # never started: only so that lag knows what the groups read
    try:
        yield assembled
    finally:
        await _closed(assembled)


@asynccontextmanager
async def acting(service: Service, environment: Mapping[str, str]) -> AsyncIterator[Assembled]:
    """The service to do something with, gateways open. What it decides is sent before this ends.

    Raises Unavailable when the broker is away, ValueError when a gateway lacks a setting. What cannot be sent
    in time is left to the sweep of the live service.
    """
    assembled = _assembled(service, environment, service.gateways(environment))
    try:
        await assembled.around.broker.start()  # without readers: it only sends
        yield assembled
    finally:
        await assembled.relay.drain(DRAIN_SECONDS)
        await _closed(assembled)


def quieten() -> None:
    """Let the chassis and its libraries say nothing: whoever asks for an answer wants only that."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)


def _assembled(service: Service, environment: Mapping[str, str], gateways: Mapping[str, Any]) -> Assembled:
    settings = read_settings(service.name, environment)
    return assemble(service, around_by(settings, gateways))


async def _closed(assembled: Assembled) -> None:
    await assembled.around.broker.stop()
    await assembled.close_gateways()
    await assembled.around.store.close()
