"""A service in three generations of one event: they are one service, as its processes are during a rollout.

The old code; code that knows the next version and still writes the old one; the new code.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from typing_extensions import override

from shared.chassis.declarations.access import may
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.state import State, replace
from shared.chassis.declarations.view import Row, View

Generation = Literal["old", "between", "new"]
CLERKS = may("clerk")


class Sell(Command):
    """Sell a ticket; again, nothing happens."""

    asked_by = CLERKS
    creates: ClassVar[bool] = True

    ticket_id: Key
    pence: int


class Count(Command):
    """Count a ticket that was sold; again, nothing happens."""

    asked_by = may()

    tally_id: Key
    pence: int


class Ticket(State):
    """A ticket."""

    pence: int = 0


class Tally(State):
    """What was taken for a ticket."""

    pence: int = 0


class TicketRow(Row):
    """A ticket as people look at it."""

    ticket_id: str
    pence: int


class _Published(Event):
    @classmethod
    @override
    def service(cls) -> str:
        return "tickets"


class TicketCounted(_Published):
    """A ticket was counted. Caused always by Count."""

    tally_id: str
    pence: int


class _Old(_Published):
    """A ticket was sold. Caused always by Sell. It names a price in pounds."""

    ticket_id: str
    pounds: float


class _New(_Published):
    """A ticket was sold. Caused always by Sell."""

    version: ClassVar[int] = 2
    upcasts: ClassVar[Mapping[int, Any]] = {
        1: lambda data: {"ticket_id": data["ticket_id"], "pence": round(100 * data["pounds"])}
    }

    ticket_id: str
    pence: int


class _Between(_New):
    """A ticket was sold. Caused always by Sell."""

    written_as: ClassVar[int | None] = 1
    downcast: ClassVar[Any] = staticmethod(lambda data: {"ticket_id": data["ticket_id"], "pounds": data["pence"] / 100})


for _class in (_Old, _New, _Between):
    _class.__name__ = "TicketSold"


def tickets(generation: Generation) -> Service:
    """The service as this generation of its code has it."""
    generations: Mapping[Generation, type[_Published]] = {"old": _Old, "between": _Between, "new": _New}
    sold: Any = generations[generation]

    def pence_of(event: Any) -> int:
        return round(100 * event.pounds) if generation == "old" else int(event.pence)

    def sell(ticket: Ticket, command: Sell, facts: Facts) -> Sequence[sold]:
        del facts
        price = {"pounds": command.pence / 100} if generation == "old" else {"pence": command.pence}
        return [] if ticket.pence else [sold(ticket_id=command.ticket_id, **price)]

    def after_sale(ticket: Ticket, event: sold) -> Ticket:
        return replace(ticket, pence=pence_of(event))

    def when_sold_count(event: sold) -> Count:
        return Count(tally_id=event.ticket_id, pence=pence_of(event))

    def row(before: TicketRow | None, event: sold) -> TicketRow:
        del before
        return TicketRow(ticket_id=event.ticket_id, pence=pence_of(event))

    ticket = Aggregate(name="ticket", path="tickets", decide=sell, evolve=after_sale, read_by=CLERKS)
    tally = Aggregate(name="tally", path="tallies", decide=_count, evolve=_counted, read_by=CLERKS)
    board = View(path="sold", key=lambda event: event.ticket_id, fold=row, read_by=CLERKS, order="ticket_id")
    return Service(name="tickets", aggregates=(ticket, tally), policies=(when_sold_count,), views=(board,))


def _count(tally: Tally, command: Count, facts: Facts) -> Sequence[TicketCounted]:
    del facts
    return [] if tally.pence else [TicketCounted(tally_id=command.tally_id, pence=command.pence)]


def _counted(tally: Tally, event: TicketCounted) -> Tally:
    return replace(tally, pence=event.pence)
