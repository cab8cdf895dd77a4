"""Which event a type on the wire means, and how data of an older version is read today."""

from collections.abc import Iterable
from typing import Any

from shared.chassis.declarations.event import NAMESPACE, Event


class UnknownVersion(Exception):
    """This service reads the event, but not in this version."""


class Catalogue:
    """The event classes that a service writes and reads, by name."""

    def __init__(self, events: Iterable[type[Event]]) -> None:
        self._classes = {(event.service(), event.__name__): event for event in events}

    def services(self) -> frozenset[str]:
        """The services that publish them."""
        return frozenset(service for service, _ in self._classes)

    def classes(self) -> tuple[type[Event], ...]:
        """Every class, in a steady order."""
        return tuple(self._classes[name] for name in sorted(self._classes))

    def read(self, type_name: str, data: dict[str, Any]) -> Event | None:
        """The event, or None when this service knows nothing of it.

        Raises UnknownVersion for a version newer than the class or without a way up, and pydantic's ValidationError
        for data that do not fit.
        """
        namespace, service, name, version = split(type_name)
        found = self._classes.get((service, name)) if namespace == NAMESPACE else None
        if found is None:
            return None
        return found.model_validate(_raised(found, version, data))


def split(type_name: str) -> tuple[str, str, str, int]:
    """Namespace, service, event name and version of a type; raises ValueError when it is not one of that form."""
    namespace, service, name, version = type_name.split(".")
    if not version.startswith("v"):
        raise ValueError(f"{type_name} does not end in a version")
    return namespace, service, name, int(version[1:])


def _raised(event: type[Event], version: int, data: dict[str, Any]) -> dict[str, Any]:
    while version < event.version:
        if version not in event.upcasts:
            raise UnknownVersion(f"{event.__name__} v{version}")
        data, version = event.upcasts[version](data), version + 1
    if version > event.version:
        raise UnknownVersion(f"{event.__name__} v{version}")
    return data
