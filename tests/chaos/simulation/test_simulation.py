"""The chassis in a simulated world: every seed is a run with its own faults, and every promise holds in all of them."""

import time
from collections.abc import Callable

import pytest

from tests.chaos.simulation import plantings
from tests.chaos.simulation.fate import KINDS
from tests.chaos.simulation.many import chosen_seeds, counted, play_many, players
from tests.chaos.simulation.one import play_seed
from tests.chaos.simulation.world import TROUBLES
from tests.integration.matrix import breakings

ENOUGH = 200
"""Seeds within which each planted bug must come to light."""
PLANTED: list[Callable[[pytest.MonkeyPatch], None]] = [
    breakings.no_sweep,
    breakings.mark_before_acknowledgement,
    breakings.refusal_from_the_cache,
    plantings.refusal_without_looking_the_cause_up,
    plantings.later_commit_sent_before_an_earlier_one,
    plantings.commit_marked_when_half_of_it_is_sent,
    breakings.reactions_without_cause,
    breakings.positions_before_effects,
    breakings.offsets_before_effects,
    breakings.offsets_before_positions,
    breakings.positions_that_forget,
    breakings.errand_without_claim,
]


@pytest.mark.timeout(3_600)
def test_every_promise_holds_whatever_fate_has_in_store() -> None:
    seeds, began = chosen_seeds(), time.perf_counter()
    cases = play_many(seeds)
    minutes = (time.perf_counter() - began) / 60
    told = ", ".join(f"{number} {what}" for what, number in sorted(counted(cases).items()))
    print(f"{len(seeds)} seeds, {len(seeds) / minutes:.0f} a minute: {told}")  # noqa: T201 - for the report
    failed = [case for case in cases if case.wrong]
    assert not failed, "\n\n".join(map(str, failed[:3]))
    if len(seeds) > 1:
        assert {*KINDS, *TROUBLES} <= {what for what, number in counted(cases).items() if number}


def test_a_seed_is_the_same_run_every_time_and_in_every_process() -> None:
    here = [play_seed(seed) for seed in (3, 4, 5)]
    with players() as pool:
        there = list(pool.map(play_seed, (3, 4, 5)))
    assert [(case.faults, case.counted, case.wrong) for case in here] == [
        (case.faults, case.counted, case.wrong) for case in there
    ]


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_bug_planted_in_the_chassis_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    for tries, seed in enumerate(range(1, 1 + ENOUGH), 1):
        if wrong := play_seed(seed).wrong:
            print(f"found with seed {tries}: {wrong[0][:200]}")  # noqa: T201 - tells a reader what it looks like
            return
    pytest.fail(f"not found within {ENOUGH} seeds")
