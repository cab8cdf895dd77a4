"""The chassis in a simulated world: every seed is a run with its own faults, and every promise holds in all of them."""

import time
from collections.abc import Callable

import pytest

from tests.chaos.simulation import plantings
from tests.chaos.simulation.fate import KINDS
from tests.chaos.simulation.many import USUALLY, chosen_seeds, counted, play_many, players
from tests.chaos.simulation.one import FELL, play_seed
from tests.chaos.simulation.world import TROUBLES
from tests.integration.matrix import breakings

ENOUGH = 200
"""Seeds within which each planted bug must come to light."""
PLANTED: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (breakings.no_sweep, "it never came to rest: ['commits to relay']"),
    (breakings.mark_before_acknowledgement, "nothing lost on the way"),
    (breakings.refusal_from_the_cache, "refused although it was done"),
    (plantings.refusal_without_looking_the_cause_up, "refused although it was done"),
    (plantings.same_cause_twice_in_a_stream, "nothing doubled"),
    (plantings.later_commit_sent_before_an_earlier_one, "nothing reordered"),
    (plantings.commit_marked_when_half_of_it_is_sent, "nothing reordered"),
    (plantings.snapshot_ahead_of_the_topic, "nothing reordered"),
    (breakings.reactions_without_cause, "times written down"),
    (plantings.neither_positions_nor_cause, "times written down"),
    (breakings.positions_before_effects, "is not what a rebuild gives"),
    (breakings.offsets_before_effects, "not read to the end"),
    (breakings.offsets_before_positions, "not read to the end"),
    (breakings.positions_that_forget, "not read to the end"),
    (breakings.errand_without_claim, "called more than once"),
]
"""Each bug, with the promise that it must be seen to break."""


@pytest.mark.timeout(3_600)
def test_every_promise_holds_whatever_fate_has_in_store() -> None:
    seeds, began = chosen_seeds(), time.perf_counter()
    cases = play_many(seeds)
    minutes = (time.perf_counter() - began) / 60
    told = ", ".join(f"{number} {what}" for what, number in sorted(counted(cases).items()))
    print(f"{len(seeds)} seeds, {len(seeds) / minutes:.0f} a minute: {told}")  # noqa: T201 - for the report
    failed = [case for case in cases if case.wrong]
    assert not failed, "\n\n".join(map(str, failed[:3]))
    if len(seeds) >= USUALLY:
        assert {*KINDS, *TROUBLES} <= {what for what, number in counted(cases).items() if number}


def test_a_seed_is_the_same_run_every_time_and_in_every_process() -> None:
    here = [play_seed(seed) for seed in (3, 4, 5)]
    with players() as pool:
        there = list(pool.map(play_seed, (3, 4, 5)))
    assert [(case.faults, case.counted, case.wrong) for case in here] == [
        (case.faults, case.counted, case.wrong) for case in there
    ]


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("plant", "promise"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bug_planted_in_the_chassis_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    for tries, seed in enumerate(range(1, 1 + ENOUGH), 1):
        wrong = play_seed(seed).wrong
        assert not [why for why in wrong if why.startswith(FELL)], "the planting itself falls"
        if broken := next((why for why in wrong if promise in why), None):
            print(f"found with seed {tries}: {broken[:200]}")  # noqa: T201 - tells a reader what it looks like
            return
    pytest.fail(f"not found within {ENOUGH} seeds")
