"""What `./sixsteps bench` runs: measures the rows that are asked for, and says what came of each.

0 every bar that was measured is held, 1 one is not, 3 the stack cannot run here.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
import uvloop
from rich.console import Console
from rich.table import Table

from deploy.local.problem import StackProblem
from shared.chassis.garbage import keep_what_is_there
from tests.bench.ground import Missing, machine, only_cores, standing
from tests.bench.rows import BARS, BY_DEFAULT, ROWS

UNREACHABLE = 3


def main(words: Sequence[str]) -> int:
    """Measure, print, write."""
    asked = _arguments(words)
    console = Console(stderr=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    only_cores(asked.cores)
    wanted = asked.only or list(BY_DEFAULT)
    try:
        with tempfile.TemporaryDirectory() as folder, standing(asked.stack, Path(folder)) as ground:
            keep_what_is_there()  # for ours and for every peer: a service does it when it has started
            figures = uvloop.run(_measured(ground, wanted, console))
            for note in ground.notes:
                console.print(note, highlight=False)
    except (Missing, StackProblem) as problem:
        console.print(f"sixsteps: {problem}", highlight=False)
        return UNREACHABLE
    Console().print(_table(figures))
    result = {
        **{name: None if figure is None else round(figure, 3) for name, figure in figures.items()},
        "machine": machine(asked.stack),
    }
    if asked.json is not None:
        asked.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0 if all(bar.held(held) for name, bar in BARS.items() if (held := figures.get(name)) is not None) else 1


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=tuple(ROWS))
    parser.add_argument("--stack", choices=("embedded", "external"), default="embedded")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(words)


async def _measured(ground: Any, wanted: Sequence[str], console: Console) -> dict[str, float | None]:
    figures: dict[str, float | None] = {}
    for name in wanted:
        console.print(f"measuring {name} …", highlight=False)
        found = await ROWS[name](ground)
        console.print("  " + ", ".join(f"{figure} {_told(value)}" for figure, value in found.items()), highlight=False)
        figures |= found
    return figures


def _told(figure: float | None) -> str:
    if figure is None:
        return "not measured"
    return f"{figure:,.1f}" if abs(figure) >= 10 else f"{figure:.3f}"


def _table(figures: Mapping[str, float | None]) -> Table:
    table = Table("figure", "measured", "bar", "")
    for name, figure in figures.items():
        bar = BARS.get(name)
        verdict = "" if bar is None or figure is None else ("[green]held[/]" if bar.held(figure) else "[red]missed[/]")
        table.add_row(name, _told(figure), bar.words if bar else "", verdict)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
