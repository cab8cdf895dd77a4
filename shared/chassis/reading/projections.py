"""What can be folded from events into documents: rows of views, and moments that fall due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.deadline import Deadline, Due
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.view import View
from shared.chassis.ports import Document
from shared.chassis.reading.item import Item

DEADLINES = "deadlines"


def view_collection(path: str) -> str:
    """Where the rows of a view lie."""
    return f"view_{path}"


class Projection(Protocol):
    """One kind of document that events are folded into."""

    @property
    def name(self) -> str:
        """By which people call it."""
        ...

    @property
    def collection(self) -> str:
        """Where its documents lie."""
        ...

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events that feed it."""
        ...

    @property
    def indexes(self) -> Sequence[tuple[str, ...]]:
        """What its documents are looked up by."""
        ...

    @property
    def adopts(self) -> bool:
        """Whether the live documents know something that no event tells."""
        ...

    def row_id(self, event: Event) -> str | None:
        """The `_id` of the document that the event concerns, or None."""
        ...

    def fold(self, before: Document | None, item: Item) -> Document:
        """The content after the event. Pure; raises when the fold does."""
        ...

    def is_nothing(self, document: Document) -> bool:
        """Whether this need not be kept where nothing is kept yet."""
        ...

    def content(self, document: Document) -> Document:
        """What of a document follows from events alone."""
        ...

    def adopt(self, rebuilt: Document, live: Document) -> Document:
        """The rebuilt document with what only the live one knows."""
        ...


class ViewProjection:
    """Rows of a view: `{_id: key, region, row}`; a row that is gone is kept as None, so that no repeat brings it back.

    The region is that of the first event.
    """

    adopts = False

    def __init__(self, view: View[Any]) -> None:
        self._view = view
        self.name = view.path
        self.collection = view_collection(view.path)
        self.events = view.events
        asked_by = (view.order, *view.filters, *([view.until] if view.until else ()))
        self.indexes = [("region", f"row.{name}") for name in dict.fromkeys(asked_by)]

    def row_id(self, event: Event) -> str | None:
        """The row's key."""
        return self._view.key(event)

    def fold(self, before: Document | None, item: Item) -> Document:
        """The row after the event."""
        told = before["row"] if before else None
        row = self._view.row.model_validate(told) if told is not None else None
        after = self._view.next_row(row, item.event, item.envelope)
        region = before["region"] if before else item.envelope.region
        return {"region": region, "row": after.model_dump(mode="json") if after is not None else None}

    def is_nothing(self, document: Document) -> bool:
        """A row that went is remembered."""
        del document
        return False

    def content(self, document: Document) -> Document:
        """Region and row."""
        return {name: document[name] for name in ("region", "row")}

    def adopt(self, rebuilt: Document, live: Document) -> Document:
        """All follows from events."""
        del live
        return rebuilt


class DeadlineProjection:
    """Moments: `{_id: "<name>|<key>", moment, due_at, command, fields, asked, …}`.

    `moment` is exact and part of the cause; `due_at` is for looking up (a database may keep milliseconds only). Where
    nothing is due, `asked` is True, so that the ticker passes it by.
    """

    collection = DEADLINES
    indexes = (("asked", "due_at"),)
    adopts = True

    def __init__(self, deadline: Deadline, commands: Mapping[str, type[Command]]) -> None:
        self._deadline = deadline
        self._commands = commands
        self.name = deadline.name
        self.events = deadline.events

    def row_id(self, event: Event) -> str | None:
        """The name of the deadline with the key."""
        key = self._deadline.key(event)
        return None if key is None else f"{self.name}|{key}"

    def fold(self, before: Document | None, item: Item) -> Document:
        """What is due after the event; a moment that moved is asked for again."""
        after = self._deadline.next_due(self._due(before), item.event, item.envelope)
        key = self._deadline.key(item.event)
        region = before["region"] if before else item.envelope.region
        told = {"name": self.name, "key": key, "region": region, "tries": 0}
        if after is None:
            return {**told, "moment": None, "due_at": None, "command": None, "fields": None, "asked": True}
        moment = after.at.isoformat()
        same = before is not None and before["moment"] == moment
        return {
            **told,
            "moment": moment,
            "due_at": after.at,
            "command": type(after.ask).__name__,
            "fields": after.ask.model_dump(mode="json"),
            "asked": bool(before and before["asked"]) if same else False,
            "correlation_id": item.envelope.correlation_id,
            "causation_id": item.envelope.id,
        }

    def is_nothing(self, document: Document) -> bool:
        """Most things never have a moment: the same fold of the same event says so again."""
        return document["moment"] is None

    def content(self, document: Document) -> Document:
        """The moment and what is asked for then."""
        return {name: document[name] for name in ("region", "moment", "command", "fields")}

    def adopt(self, rebuilt: Document, live: Document) -> Document:
        """Whether it was asked already."""
        return {**rebuilt, "asked": live["asked"]} if live["moment"] == rebuilt["moment"] else rebuilt

    def _due(self, document: Document | None) -> Due | None:
        return due_of(document, self._commands) if document and document["moment"] else None


def due_of(document: Document, commands: Mapping[str, type[Command]]) -> Due:
    """The moment and the command out of a document. Raises when the command has changed beyond recognition."""
    ask = commands[document["command"]].model_validate(document["fields"])
    return Due(at=datetime.fromisoformat(document["moment"]), ask=ask)


def commands_of(service: Service) -> Mapping[str, type[Command]]:
    """Every command of a service by its name."""
    return {command.__name__: command for row in service.aggregates for command in row.commands}


def projections_of(service: Service) -> tuple[Projection, ...]:
    """All that the service folds."""
    commands = commands_of(service)
    views: Iterable[Projection] = (ViewProjection(view) for view in service.views)
    return (*views, *(DeadlineProjection(deadline, commands) for deadline in service.deadlines))
