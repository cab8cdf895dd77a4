"""How the time of a profile is given to the parts of the work."""

import cProfile
import pstats

import pytest

from deploy.local.platform import ROOT
from tests.bench.attribution import REST, Function, Timing, named, shared_out
from tests.bench.profiles import COMMAND, EVENT, Spent, told

PARTS = {"http": ("fastapi/", "shared/chassis/http/"), "token": ("shared/chassis/http/tokens.py",)}


def at(file: str) -> Function:
    return (file, 1, file)


APP, TOKENS, MODEL, ALONE = (
    at("/x/site-packages/fastapi/a.py"),
    at("/r/shared/chassis/http/tokens.py"),
    at("m"),
    at("n"),
)


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("/v/lib/python3.11/site-packages/fastapi/routing.py", "http"),
        ("/anywhere/shared/chassis/http/app.py", "http"),
        ("/shared/checkout/shared/chassis/http/tokens.py", "token"),
        ("/v/lib/python3.11/json/fastapi/decoder.py", None),
        ("~", None),
    ],
)
def test_the_longest_beginning_of_a_path_names_the_part(file: str, part: str | None) -> None:
    assert named(PARTS)(file) == part


def test_what_works_for_others_is_shared_among_its_callers_by_the_time_they_had() -> None:
    stats: dict[Function, Timing] = {
        APP: (1, 1, 2.0, 9.0, {}),
        TOKENS: (1, 1, 1.0, 2.0, {APP: (1, 1, 1.0, 2.0)}),
        MODEL: (4, 4, 4.0, 4.0, {APP: (3, 3, 3.0, 3.0), TOKENS: (1, 1, 1.0, 1.0)}),
        ALONE: (1, 1, 0.5, 0.5, {}),
    }
    assert shared_out(stats, named(PARTS)) == pytest.approx({"http": 5.0, "token": 2.0, REST: 0.5})


def test_what_the_loop_calls_itself_is_the_loops_as_far_as_it_does() -> None:
    stats: dict[Function, Timing] = {
        APP: (1, 1, 1.0, 2.0, {}),
        MODEL: (2, 2, 4.0, 4.0, {APP: (1, 1, 1.0, 1.0)}),
    }
    assert shared_out(stats, named(PARTS)) == pytest.approx({"http": 2.0, REST: 3.0})


def test_every_second_of_a_profile_is_given_to_somebody() -> None:
    profiler = cProfile.Profile(builtins=False)
    profiler.runcall(lambda: [pstats.Stats(profiler) for _ in range(3)])
    stats = pstats.Stats(profiler)
    given = shared_out(stats.stats, named(EVENT))  # type: ignore[attr-defined]  # typeshed leaves it out
    assert sum(given.values()) == pytest.approx(stats.total_tt)  # type: ignore[attr-defined]  # typeshed leaves it out


@pytest.mark.parametrize("parts", [COMMAND, EVENT])
def test_the_parts_are_a_hundred_percent_together(parts: dict[str, tuple[str, ...]]) -> None:
    profiler = cProfile.Profile(builtins=False)
    profiler.runcall(named, parts)
    found = told("it", parts, pstats.Stats(profiler), Spent(0.8, 0.2, 0.5), Spent(9.0, 1.0, 0.5), 1_000)
    assert sum(value for name, value in found.items() if "percent" in name) == pytest.approx(100)
    assert found["it_ms_service"] == pytest.approx(1.0)
    assert found["it_ms_server"] == pytest.approx(0.5)
    assert found["it_percent_driver_threads"] == pytest.approx(20)


def test_every_path_of_a_part_is_there() -> None:
    """A file that is renamed would silently count for whoever calls it."""
    ours = [
        path for parts in (COMMAND, EVENT) for paths in parts.values() for path in paths if path.startswith("shared")
    ]
    assert [path for path in ours if not (ROOT / path).exists()] == []
