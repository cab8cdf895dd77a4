"""The same on the real broker and database: really killed, many faults in one run, and through both drivers.

Every fault that can happen at every kind of call happens, or the test fails. A run gets several of them, so that few
scenarios are played; what did not come about in one (a call that never came so late) is wished for again in the next.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.matrix.in_memory import Played, play
from tests.integration.matrix.ledger import Ledger
from tests.integration.matrix.on_the_stack import Site, live
from tests.integration.matrix.pool import server
from tests.integration.matrix.wishes import Wish, granted_in, wishes_for
from tests.support.stack import Stack

SIDE_BY_SIDE = 8
ROUNDS = 8
"""Two are usual. On a machine with much else to do batches are cut otherwise, and a wish may be passed by once more."""
MOST_DEATHS = 40
"""Processes that one run may take, before it is given up."""
STILL_SECONDS = 100.0
"""A process that has written nothing down for so long stands still; one that is slow goes on."""
Run = Callable[[Sequence[Wish]], "Found"]


@dataclass(frozen=True)
class Found:
    """What the last process of a run has told, and which faults have happened until then."""

    told: Mapping[str, Any]
    granted: Sequence[Wish]
    deaths: int

    def differences(self, sound: Ledger) -> list[str]:
        """What is wrong, or otherwise than in memory without a fault."""
        mine = Ledger(**{name: self.told[name] for name in ("answers", "story", "rows", "wrong") if name in self.told})
        return mine.differences(Ledger(*json.loads(json.dumps([sound.answers, sound.story, sound.rows, []]))))


@pytest.fixture(scope="module")
def sound() -> Played:
    return play()


@pytest.fixture(params=["motor", "pymongo"])
def run(request: pytest.FixtureRequest, stack: Stack, database_name: str, tmp_path: Path) -> Run:
    """Play one run at a site of its own; a process that was killed is followed by the next."""
    sites = iter(range(10_000))

    def play_one(wishes: Sequence[Wish]) -> Found:
        number = next(sites)
        folder = tmp_path / str(number)
        folder.mkdir()
        site = Site(request.param, stack.mongo, stack.kafka, f"{database_name}-{number}", str(folder))
        while True:
            before = site.deaths
            _live(site, wishes)
            if site.told.exists():
                return Found(json.loads(site.told.read_text()), granted_in(site.granted), site.deaths)
            if before in (site.deaths, MOST_DEATHS):
                return Found({"wrong": [f"fell after {site.deaths} deaths"]}, granted_in(site.granted), site.deaths)

    return play_one


def _live(site: Site, wishes: Sequence[Wish]) -> None:
    """How a process ended it says in its folder: two threads that look at exit codes hide them from each other."""
    process = server().Process(target=live, args=(site, list(wishes)))
    process.start()
    before = -1
    while process.is_alive() and (now := _written_down(site)) != before:
        before = now
        process.join(STILL_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def _written_down(site: Site) -> int:
    return sum(file.stat().st_size for file in Path(site.folder).iterdir())


@pytest.mark.timeout(1_800)
def test_the_ledger_holds_whatever_goes_wrong_on_the_stack(run: Run, sound: Played) -> None:
    wishes, found = wishes_for(sound.tape.calls), list[Found]()
    left = list(wishes)
    for again in range(ROUNDS):
        wanted = [wish.soon for wish in left] if again else left
        found += _played(run, wanted)
        left = [wish for wish in wanted if wish not in {one for each in found for one in each.granted}]
        if not left:
            break
    deaths = sum(one.deaths for one in found)
    print(f"{len(wishes)} faults in {len(found)} runs, {deaths} processes killed")  # noqa: T201 - for the report
    assert [str(wish) for wish in left] == []
    assert [why for one in found for why in one.differences(sound.ledger)] == []
    assert deaths >= sum(wish.deadly for wish in wishes)


def _played(run: Run, wishes: Sequence[Wish]) -> list[Found]:
    runs = min(SIDE_BY_SIDE, len(wishes))
    with ThreadPoolExecutor(runs) as side_by_side:
        return list(side_by_side.map(run, [wishes[at::runs] for at in range(runs)]))
