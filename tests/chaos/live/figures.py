"""What is counted on the way, for the report: a table for people, JSON for programs."""

import asyncio
import json
import os
import re
import urllib.request
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.error import URLError

from rich.console import Console
from rich.table import Table

from deploy.local.platform import RunningService
from tests.chaos.live.growing import FEWEST, WARM_UP_SECONDS, Growth, flat

REPORT = "SIXSTEPS_CHAOS_REPORT"
_DROPPED = re.compile(r'^sixsteps_messages_read_total\{[^}]*what="repeats"[^}]*\} ([0-9.e+]+)$', re.MULTILINE)


@dataclass
class Figures:
    """`recoveries`: by fault, the seconds until all were ready again and a new command was done and published."""

    faults: Counter[str] = field(default_factory=Counter)
    proofs: list[str] = field(default_factory=list)
    recoveries: dict[str, float] = field(default_factory=dict)
    commands_accepted: int = 0
    asked_again: int = 0
    homes: int = 0
    events: int = 0
    duplicates_on_topics: int = 0
    duplicates_dropped: int = 0
    reconciliations: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    seconds: float = 0.0
    growth: list[Growth] = field(default_factory=list)

    @property
    def longest_recovery_seconds(self) -> float:
        """The worst of them."""
        return max(self.recoveries.values(), default=0.0)

    def tell(self) -> None:
        """Print the table, and write the JSON where SIXSTEPS_CHAOS_REPORT says."""
        told = {**vars(self), "growth": [asdict(one) for one in self.growth]}
        told |= {"longest_recovery_seconds": self.longest_recovery_seconds}
        told |= {"flat": flat(self.growth)} if self.growth else {}
        if path := os.environ.get(REPORT):
            Path(path).write_text(json.dumps(told, indent=2))
        faults = Table("fault", "times", "longest recovery", title="Faults")
        for fault, times in sorted(self.faults.items()):
            faults.add_row(fault, str(times), f"{self.recoveries[fault]:.1f} s")
        rest = Table("figure", "number", title="Reconciliation")
        for name, value in told.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                rest.add_row(name.replace("_", " "), f"{value:.1f}" if isinstance(value, float) else str(value))
        console = Console(width=100)
        console.print(faults, rest, *([self._grown(), self._verdict()] if self.growth else []))
        for proof in self.proofs:
            console.print(f"  {proof}", soft_wrap=True, highlight=False)

    def _verdict(self) -> str:
        if (found := flat(self.growth)) is None:
            needed = f"{FEWEST} samples of one process after {WARM_UP_SECONDS / 60:.0f} minutes"
            return f"Whether memory is flat cannot be said: that takes {needed}."
        return "Memory and handles are flat." if found else "Something grows."

    def _grown(self) -> Table:
        named = ("process", "samples", "MB", "MB at the end", "MB an hour", "handles", "handles at the end")
        held = Table(*named, title="Growth")
        for one in self.growth:
            slope = "too few" if one.megabytes_an_hour is None else f"{one.megabytes_an_hour:+.1f}"
            megabytes = [f"{one.megabytes_first:.1f}", f"{one.megabytes_last:.1f}", slope]
            held.add_row(one.process, str(one.samples), *megabytes, str(one.handles_first), str(one.handles_last))
        return held


async def dropped_by(replica: RunningService) -> int:
    """How many repeats the readers of this process have dropped so far; 0 when it does not answer."""
    return await asyncio.to_thread(_dropped_by, f"{replica.address}/metrics")


def _dropped_by(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - own address
            return int(sum(float(found) for found in _DROPPED.findall(answer.read().decode())))
    except (URLError, OSError):
        return 0
