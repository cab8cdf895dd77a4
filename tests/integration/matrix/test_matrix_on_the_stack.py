"""The same on the real broker and database: fewer calls, but really killed, and through both drivers."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.matrix.in_memory import play
from tests.integration.matrix.ledger import Ledger
from tests.integration.matrix.on_the_stack import KILLED, Site, live
from tests.integration.matrix.pool import server
from tests.support.ports.faults import DEADLY, Call, Fault
from tests.support.stack import Stack

SIDE_BY_SIDE = 6
EVERY = 29
"""Of all that could go wrong at each call, one in so many is tried."""
MAY_MISS = 0.2
"""What comes at the same moment goes in one call, so a call that came in one run may not come in another."""
AROUND = (
    Call("store", "insert", "journal", 0),
    Call("store", "insert", "journal", 3),
    Call("store", "insert", "journal", 1),
    Call("producer", "send", "shoes-events", 0),
    Call("producer", "send", "shoes-events", 5),
    Call("store", "write", "journal", 0),
    Call("gateway", "book", "courier", 0),
)
Run = Callable[[Fault | None], "Found"]


@dataclass(frozen=True)
class Found:
    """What the last process of a run has told, and how those before it ended."""

    fault: Fault | None
    told: Mapping[str, Any]
    deaths: int

    @property
    def struck(self) -> bool:
        """Whether the fault happened."""
        return bool(self.deaths or self.told.get("struck"))

    def differences(self, sound: Ledger) -> list[str]:
        """What is wrong, or otherwise than in memory without a fault."""
        mine = Ledger(**{name: self.told[name] for name in ("answers", "story", "rows", "wrong") if name in self.told})
        return mine.differences(Ledger(*json.loads(json.dumps([sound.answers, sound.story, sound.rows, []]))))


@pytest.fixture(scope="module")
def sound() -> Ledger:
    return play().ledger


@pytest.fixture(params=["motor", "pymongo"])
def run(request: pytest.FixtureRequest, stack: Stack, database_name: str, tmp_path: Path) -> Run:
    """Play one run at a site of its own; a process that was killed is followed by one without a fault."""
    sites = iter(range(10_000))

    def play_one(fault: Fault | None) -> Found:
        number = next(sites)
        folder = tmp_path / str(number)
        folder.mkdir()
        site = Site(request.param, stack.mongo, stack.kafka, f"{database_name}-{number}", str(folder))
        first = _ended(site, fault)
        ends = [first, _ended(site, None)] if first == KILLED else [first]
        told = json.loads((folder / "told.json").read_text()) if ends[-1] == 0 else {"wrong": [f"ended with {ends}"]}
        return Found(fault, told, ends.count(KILLED))

    return play_one


def _ended(site: Site, fault: Fault | None) -> int | None:
    process = server().Process(target=live, args=(_named(site, fault)))
    process.start()
    process.join(200)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def _named(site: Site, fault: Fault | None) -> tuple[Site, Fault | None]:
    """The fault, at the topics and groups as they are called at this site."""
    if fault is None or fault.call.port not in ("producer", "consumer"):
        return site, fault
    return site, fault._replace(call=fault.call._replace(target=f"{site.prefix}{fault.call.target}"))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_ledger_holds_whatever_goes_wrong_on_the_stack(run: Run, sound: Ledger) -> None:
    first = run(None)
    assert first.differences(sound) == []
    faults = list(_chosen(first.told["calls"]))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
        found = list(side_by_side.map(run, faults))
    print(f"{len(faults)} faults, {sum(one.deaths for one in found)} processes killed")  # noqa: T201 - for the report
    missed = [str(one.fault) for one in found if not one.struck]
    assert not {str(Fault(call, kind)) for call in AROUND for kind in DEADLY} & set(missed)
    assert len(missed) <= MAY_MISS * len(faults), missed
    assert [(str(one.fault), why) for one in found if (why := one.differences(sound))] == []


def _chosen(calls: Sequence[Sequence[Any]]) -> Iterator[Fault]:
    """All that can go wrong around the journal, the sending and the errand; of the rest one in so many.

    Only the first half of the calls of one sort: how many there are is not quite the same each time.
    """
    for call in AROUND:
        yield from (Fault(call, kind) for kind in DEADLY)
    points = [Fault(Call(*call), kind) for *call, kinds in calls for kind in kinds if _will_come(Call(*call), calls)]
    yield from points[::EVERY]


def _will_come(call: Call, calls: Sequence[Sequence[Any]]) -> bool:
    alike = sum(tuple(other[:3]) == call[:3] for other in calls)
    return call.nth < math.ceil(alike / 3)
