"""Customers of the simulated shop: several at once, on the same few orders, each asking until there is an answer."""

import asyncio
from dataclasses import dataclass, field

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.handling import thing_of
from shared.chassis.ports import Unavailable
from shared.chassis.requests import Outcome
from tests.chaos.simulation.world import World
from tests.integration.matrix.process import Died
from tests.integration.matrix.scenario import BOOK
from tests.support.shoe_order import AddNote, CancelOrder, ImportOrder, PayOrder, PickPair, PlaceOrder, ShipOrder
from tests.support.shoe_pair import StockPair
from tests.support.shoe_works import asking

CUSTOMERS = 3
STEPS = 6
ORDERS = ("o1", "o2")
PAIRS = ("p1", "p2")

STRAIGHT_ROAD: tuple[Command, ...] = (
    StockPair(pair_id="p3", stock_number="p3", size=40),
    PlaceOrder(order_id="o3", shop_id="s1", customer_id="ann", price_pence=500),
    PayOrder(order_id="o3", amount_pence=500),
    PickPair(order_id="o3", pair_id="p3"),
    ShipOrder(order_id="o3"),
    AddNote(order_id="o3", note="it fits"),
)
"""What the first customer wants; the others want anything of the other orders, and get in each other's way."""


@dataclass(frozen=True)
class Asked:
    """One question with its last answer, and how far its stream was before and after that attempt."""

    cause: str
    command: Command
    stream: str
    answer: Outcome | Refusal
    before: int
    after: int
    attempts: int


@dataclass
class Customers:
    """`ledger` remembers every answer, by its cause."""

    world: World
    ledger: dict[str, Asked] = field(default_factory=dict)

    async def shop(self) -> None:
        """Let all of them do all they want."""
        book = ImportOrder(order_id=BOOK, shop_id="s1", customer_id="nobody", till_number="7")
        await self.ask("book", book)
        async with asyncio.TaskGroup() as group:
            for number in range(CUSTOMERS):
                group.create_task(self._one(number))

    async def _one(self, number: int) -> None:
        for step in range(STEPS):
            await asyncio.sleep(self.world.fate.chance.uniform(0, 3))
            await self.ask(f"customer-{number}-{step}", self._wish() if number else STRAIGHT_ROAD[step])

    def _wish(self) -> Command:
        chance = self.world.fate.chance
        order, pair = chance.choice(ORDERS), chance.choice(PAIRS)
        return chance.choice(
            (
                PlaceOrder(order_id=order, shop_id="s1", customer_id="ann", price_pence=500),
                PlaceOrder(order_id=order, shop_id="s1", customer_id="ben", price_pence=700),
                PayOrder(order_id=order, amount_pence=500),
                PayOrder(order_id=order, amount_pence=700),
                StockPair(pair_id=pair, stock_number=pair, size=40),
                PickPair(order_id=order, pair_id=pair),
                ShipOrder(order_id=order),
                ShipOrder(order_id=order),
                CancelOrder(order_id=order),
                AddNote(order_id=order, note="leave it with Ann"),
            )
        )

    async def ask(self, cause: str, command: Command) -> Asked:
        """Ask until there is an answer, at whichever process; the ledger keeps the first answer."""
        attempts = 0
        while True:
            attempts += 1
            asked = await self._attempt(cause, command, attempts)
            if asked is not None:
                self.ledger.setdefault(cause, asked)
                return asked
            await asyncio.sleep(self.world.fate.chance.uniform(0.1, 2))

    async def _attempt(self, cause: str, command: Command, attempts: int) -> Asked | None:
        name = self.world.fate.chance.choice(sorted(self.world.processes))
        process = self.world.processes[name]
        handling = process.assembled.handling
        row = handling.row(command)
        stream = row.stream(thing_of(row, command))
        before = self.world.revision(stream)
        request = asking(command, cause, permit=lambda _unit, _person: None)
        answer: Outcome | Refusal
        try:
            answer = await process.do(lambda _assembled: self.world.task_of(name, handling.handle(request)))
        except (Died, Unavailable):
            return None
        except Refusal as refusal:
            answer = refusal
        return Asked(cause, command, stream, answer, before, self.world.revision(stream), attempts)
