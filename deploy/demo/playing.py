"""The whole demonstration as `./sixsteps demo` asks for it: open, play, check, tell, and close or stay."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from deploy.demo import months
from deploy.demo.board import Board
from deploy.demo.breaking import told_in_a_sentence
from deploy.demo.cast import Cast, cast
from deploy.demo.folder import empty, remove
from deploy.demo.journey import who
from deploy.demo.journey.clock import SettableClock
from deploy.demo.journey.who import Who
from deploy.demo.names import Home
from deploy.demo.opening import StackKind, Wanted, opened, what_starts
from deploy.demo.run import Result, run
from deploy.demo.standing import introduce, stand
from deploy.demo.telling import tell_result
from deploy.local.folder import claimed
from deploy.local.platform import RunningPlatform

DEFAULT_FOLDER: Final = Path(".sixsteps") / "demo"
PAUSE_SECONDS: Final = 0.5
SERVICES: Final = {"SIXSTEPS_TICK_SECONDS": "0.5"}
"""Months are short here: the services look for what is due more often than usual."""


MANY: Final = 60
"""Of so many homes on, the story takes minutes."""


@dataclass(frozen=True)
class Demo:
    """What was asked for. `folder` None: the usual one, of which only the e-mails are left afterwards."""

    homes: Sequence[Home]
    cohorts: int
    fast: bool = False
    keep: bool = False
    folder: Path | None = None
    stack: StackKind = "embedded"


def play(demo: Demo, console: Console) -> Result:
    """Play it and print how it went. Raises StackProblem and BrokeOff."""
    with _claimed(demo) as folder:
        clock, players = SettableClock(folder / "clock"), cast(demo.homes, demo.cohorts)
        clock.move(months.APPLYING)
        console.print(what_starts(demo.stack))
        wanted = Wanted(
            folder, demo.stack, demo.stack == "external", clock.path, SERVICES, lasting=len(demo.homes) > MANY
        )
        with opened(wanted) as platform:
            result = _shown(platform, players, clock, demo, console)
            tell_result(result, platform, console, stays=demo.keep)
            if demo.keep:
                introduce(platform, _people(players), console)
                console.print("\nThe platform stays up, at the end of the story; Ctrl-C stops it.")
                stand(platform, console)
    return result


def _shown(platform: RunningPlatform, players: Cast, clock: SettableClock, demo: Demo, console: Console) -> Result:
    def mails() -> int:
        return sum(1 for _ in platform.mail.folder.glob("*.eml"))

    with Board(console, players.homes, mails) as board:
        pause = 0.0 if demo.fast or not board.watched else PAUSE_SECONDS
        with told_in_a_sentence():
            return asyncio.run(run(platform, players, clock, board, pause))


@contextmanager
def _claimed(demo: Demo) -> Iterator[Path]:
    """The folder, empty and ours alone; at the end nothing of it is left but what shall be kept."""
    with claimed((demo.folder or DEFAULT_FOLDER).resolve()) as folder:
        empty(folder)
        try:
            yield folder
        finally:
            if demo.folder is None and not demo.keep:
                _keep_only_mail(folder)


def _keep_only_mail(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != "mail":
            remove(path)


def _people(players: Cast) -> list[tuple[str, Who]]:
    """One of each role, as they stand at the end of the story."""
    home, lead = players.homes[0], players.cohorts[0].facilitator
    return [
        ("coordinator", players.coordinator),
        ("facilitator", lead.at()),
        ("manager", home.manager_who),
        ("representative", home.representative_who(0)),
        ("member", who.member(home.representatives[0].person_id)),
    ]
