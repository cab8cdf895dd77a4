"""The board: where the story is, how far the homes are, what the services publish, how many e-mails there are.

On a terminal it is one live picture; elsewhere a line for each thing that happens.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.demo.cast import HomePlayer
from deploy.services import NAMES

REMEMBERED = 8
REFRESH_PER_SECOND = 4


class Board:
    """Shows the story. `mails` says how many e-mails there are. Use it as a context manager."""

    def __init__(self, console: Console, homes: Sequence[HomePlayer], mails: Callable[[], int]) -> None:
        self._console = console
        self._homes = homes
        self._mails = mails
        self._events: Mapping[str, int] = dict.fromkeys(NAMES, 0)
        self._told: list[tuple[float, str]] = []
        self._began = time.perf_counter()
        self._live: Live | None = None

    @property
    def watched(self) -> bool:
        """Whether somebody looks on at a terminal."""
        return self._console.is_terminal

    def __enter__(self) -> Self:
        if self.watched:
            self._live = Live(
                console=self._console, refresh_per_second=REFRESH_PER_SECOND, get_renderable=self._picture
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, title: str) -> None:
        """Say what happens now."""
        self._told.append((time.perf_counter() - self._began, title))
        if self._live is None:
            self._console.print(self._line(), highlight=False, soft_wrap=True)

    def count(self, events: Mapping[str, int]) -> None:
        """Show how many events there are by service."""
        self._events = events

    def _line(self) -> str:
        seconds, title = self._told[-1]
        events = " ".join(f"{name} {count}" for name, count in self._events.items())
        return f"{seconds:6.1f} s  {title}  | {self._standing()} | {events} | e-mails {self._mails()}"

    def _standing(self) -> str:
        counted = Counter(home.status for home in self._homes)
        return ", ".join(f"{count} {status}" for status, count in counted.items())

    def _picture(self) -> Panel:
        told = Text("\n".join(f"{seconds:6.1f} s  {title}" for seconds, title in self._told[-REMEMBERED:]))
        return Panel(Group(told, Text(), self._table()), title="Six Steps: nine months", width=100)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 3))
        table.add_row("homes", self._standing())
        table.add_row("events", "   ".join(f"{name} {count}" for name, count in self._events.items()))
        table.add_row("e-mails", str(self._mails()))
        return table
