"""Everything that can go wrong at every single call, one run each, with the drivers in memory.

They are proved equal to the real ones by `tests/integration/chassis/test_store.py` and `broker/`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial

import pytest

from tests.integration.matrix.in_memory import Played, play
from tests.integration.matrix.ledger import Ledger
from tests.integration.matrix.pool import pool
from tests.support.ports.faults import ALL, Fault, Kind

EXPECTED_PORTS = {"store", "producer", "consumer", "broker", "clock", "gateway"}


@pytest.fixture(scope="module")
def sound() -> Played:
    return play()


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    with pool() as workers:
        yield workers


def test_the_shop_without_faults_is_sound_and_every_run_is_the_same(sound: Played) -> None:
    again = play()
    assert again.ledger.differences(sound.ledger) == []
    assert sound.ledger.wrong == []
    assert again.tape.calls == sound.tape.calls
    assert {call.port for call, _ in sound.tape.calls} == EXPECTED_PORTS


def test_a_run_is_the_same_in_every_process() -> None:
    """Nothing may go by the order of a set, which differs from one process to the next."""
    told = [
        subprocess.run(
            [sys.executable, "-c", f"from {play.__module__} import play; print(play().tape.calls)"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] != b""


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", ALL)
def test_the_ledger_holds_whichever_call_goes_wrong(kind: Kind, sound: Played, workers: Executor) -> None:
    points = [fault for fault in sound.tape.points if fault.kind == kind]
    results = list(workers.map(partial(wrong_after, sound=sound.ledger), points, chunksize=10))
    print(f"{kind}: at {len(points)} of {len(sound.tape.calls)} calls")  # noqa: T201 - a figure for the report
    assert [fault for fault, struck, _ in results if not struck] == []
    assert [(str(fault), why) for fault, _, why in results if why] == []


def wrong_after(fault: Fault, sound: Ledger) -> tuple[Fault, bool, list[str]]:
    """Whether the fault happened, and what is wrong after it."""
    played = play(fault)
    return fault, played.tape.struck, played.ledger.differences(sound)
