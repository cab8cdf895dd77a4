"""The shoe shop's courier with a test in between: the world outside, of which nobody knows whether it heard us."""

from collections.abc import Awaitable, Callable

from tests.support.ports.faults import Life, Line, Tape

Book = Callable[[str], Awaitable[str]]


class PortCourier:
    """The gateway `courier`; `book` is what it comes down to."""

    def __init__(self, book: Book, tape: Tape, life: Life) -> None:
        self._book = book
        self._line = Line("gateway", tape, life)

    async def book(self, order_id: str) -> str:
        """Book a courier for an order and return the reference."""
        return await self._line.through("book", "courier", lambda: self._book(order_id))
