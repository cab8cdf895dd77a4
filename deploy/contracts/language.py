"""The published language as the manifests tell it: who publishes which event, and who reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.service import Service

Row = Aggregate[Any, Any, Any, Any]


@dataclass(frozen=True, eq=False)
class Published:
    """One event that goes on a topic, with the aggregate that decides it. A language has one of each."""

    event: type[Event]
    aggregate: Row

    @property
    def service(self) -> str:
        """Who publishes it."""
        return self.event.service()

    @property
    def title(self) -> str:
        """Name and version, e.g. `HomeEnrolled.v1`."""
        return f"{self.event.__name__}.v{self.event.version}"

    @property
    def file(self) -> str:
        """Where its schema and its example lie, below their folders; also the end of the wire's `dataschema`."""
        return f"{self.service}/{self.title}.json"


@dataclass(frozen=True)
class Reader:
    """A part of a service that reads an event."""

    service: str
    kind: str
    name: str
    event: type[Event]


class Language:
    """Everything that these services say to one another."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = tuple(services)

    @cached_property
    def published(self) -> tuple[Published, ...]:
        """Every event that goes on a topic, by service, in the order of the aggregates."""
        return tuple(
            Published(event, aggregate)
            for service in self.services
            for aggregate in service.aggregates
            for event in aggregate.events
            if not event.private
        )

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Every part of a service that reads events, once for each event."""
        return tuple(reader for service in self.services for reader in _readers(service))

    def of(self, service: str) -> tuple[Published, ...]:
        """What one service publishes."""
        return tuple(one for one in self.published if one.service == service)

    def readers_of(self, event: type[Event]) -> tuple[Reader, ...]:
        """Who reads this event."""
        return tuple(reader for reader in self.readers if reader.event is event)

    def read_by(self, service: str) -> tuple[Published, ...]:
        """What one service reads, its own events included."""
        wanted = {reader.event for reader in self.readers if reader.service == service}
        return tuple(one for one in self.published if one.event in wanted)


def _readers(service: Service) -> Iterator[Reader]:
    parts = [
        *(("policy", policy.name, policy.events) for policy in service.reactions),
        *(("view", view.path, view.events) for view in service.views),
        *(("deadline", deadline.name, deadline.events) for deadline in service.deadlines),
        *(("errand", errand.name, errand.events) for errand in service.errands),
    ]
    for kind, name, events in parts:
        yield from (Reader(service.name, kind, name, event) for event in events)


def declared_events(service: str) -> tuple[type[Event], ...]:
    """Every event class that the service's part of the language holds."""
    found = (each for each in spoken(import_module(f"shared.events.{service}")) if issubclass(each, Event))
    return tuple(event for event in found if event.service() == service)


def spoken(module: ModuleType) -> tuple[type[BaseModel], ...]:
    """Every event and value that a module of the language holds, also those it took from another."""
    return tuple(each for each in vars(module).values() if isinstance(each, type) and issubclass(each, BaseModel))
