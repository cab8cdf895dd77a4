"""What one command costs in a journal of a thousand, ten thousand, a hundred thousand, a million commits."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from services.portfolio.domain.coverage import UnlockStep
from services.portfolio.domain.portfolio import OpenPortfolio
from shared.chassis.assembling import Assembled
from shared.chassis.commits import JOURNAL, commit_id
from shared.chassis.declarations.command import Command
from shared.chassis.ids import new_id
from shared.chassis.ports import Document, Store, Unavailable
from shared.chassis.reading.asking import request_for
from shared.chassis.requests import Request
from shared.events.portfolio import PortfolioOpened
from tests.bench.ground import REGION, Ground, percentile
from tests.bench.portfolio import portfolio

SIZES = (1_000, 10_000, 100_000)
TO_A_MILLION = (1_000, 1_000_000)
COMMANDS = 300
FILLED_AT_ONCE = 1_000
ATTEMPTS = 5
SWEEP_SECONDS = 0.5
"""Far more often than a service sweeps (30), so that several fall into what is measured."""
SWEEPS = 10


async def growth(ground: Ground, sizes: Sequence[int] = SIZES) -> Mapping[str, float]:
    """What a command costs on a new stream, and on one that this process has never seen, and a sweep, at each size."""
    prefix = f"{ground.name('growth')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    found: dict[str, float] = {}
    costs: dict[int, float] = {}
    async with portfolio(ground, prefix, sweep_seconds=SWEEP_SECONDS) as assembled:
        await assembled.around.broker.start()
        await _warmed_up(assembled)
        filled = COMMANDS
        for size in sizes:
            started = time.perf_counter()
            await _fill(assembled, filled, size)
            rate = (size - filled) / (time.perf_counter() - started)
            new, cold = await _measured(assembled, size)
            filled = size + COMMANDS * 2
            costs[size] = new + cold
            found |= {
                f"growth_filled_per_s_{size}": rate,
                f"growth_new_ms_{size}": new * 1000,
                f"growth_cold_ms_{size}": cold * 1000,
                f"growth_sweep_ms_{size}": await _sweep(assembled) * 1000,
            }
    smallest = sizes[0]
    return found | {f"growth_ratio_{_short(size)}": costs[size] / costs[smallest] for size in sizes[1:]}


async def million(ground: Ground) -> Mapping[str, float]:
    """The same with a million commits against a thousand; also how many a second the journal took when filled."""
    return await growth(ground, TO_A_MILLION)


def _short(size: int) -> str:
    return f"{size // 1_000}k" if size < 1_000_000 else f"{size // 1_000_000}m"


async def _warmed_up(assembled: Assembled) -> None:
    for number in range(COMMANDS):
        await assembled.handling.handle(request(opening(f"warm-{number}")))


async def _sweep(assembled: Assembled) -> float:
    """The median time of a look for what is not published."""
    await assembled.relay.mark()
    times = []
    for _ in range(SWEEPS):
        started = time.perf_counter()
        await assembled.relay.sweep()
        times.append(time.perf_counter() - started)
    return percentile(times, 0.5)


async def _fill(assembled: Assembled, held: int, size: int) -> None:
    """Commits of other portfolios, put there directly and marked as published."""
    for start in range(held, size, FILLED_AT_ONCE):
        made = list(commits(start, min(size, start + FILLED_AT_ONCE)))
        await _inserted(assembled.around.store, made)


async def _inserted(store: Store, commits: Sequence[Document]) -> None:
    """Return when they are there; a server that stands still for a while is asked again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await store.insert_many(JOURNAL, commits)
        except Unavailable:
            if attempt == ATTEMPTS:
                raise
        else:
            return


async def _measured(assembled: Assembled, size: int) -> tuple[float, float]:
    """The median time of a command that creates, and of one on a stream that has to be read first."""
    new = [await timed(assembled, opening(f"new-{size}-{number}")) for number in range(COMMANDS)]
    step = max(1, size // 2 // COMMANDS)
    cold = [await timed(assembled, _unlocking(f"filled-{size // 2 + number * step}")) for number in range(COMMANDS)]
    return percentile(new, 0.5), percentile(cold, 0.5)


async def timed(assembled: Assembled, command: Command) -> float:
    """Seconds of a command that changes something."""
    started = time.perf_counter()
    outcome = await assembled.handling.handle(request(command))
    took = time.perf_counter() - started
    if not outcome.new:
        raise AssertionError(f"{command} changed nothing")
    return took


def request(command: Command) -> Request:
    """As a policy asks it."""
    correlation = new_id()
    return request_for(
        command,
        cause=f"bench:{correlation}",
        asker="bench",
        region=REGION,
        correlation_id=correlation,
        causation_id=correlation,
    )


def opening(name: str) -> OpenPortfolio:
    """The command that makes a portfolio."""
    return OpenPortfolio(
        portfolio_id=name,
        enrolment_id=f"enrolment-{name}",
        home_id=f"home-{name}",
        home_name="Bryn Awel",
        cohort_id="cohort-1",
        version_id="version-1",
        pathway="six-steps",
        lead_person_id="lead-1",
        signatory_person_id="manager-1",
        representative_person_ids=("rep-1", "rep-2"),
        stalled_after_days=90,
    )


def _opened(name: str) -> PortfolioOpened:
    """What follows from it."""
    return PortfolioOpened.model_validate(
        {word: told for word, told in opening(name) if word in PortfolioOpened.model_fields}
    )


def _unlocking(name: str) -> UnlockStep:
    return UnlockStep(
        portfolio_id=name,
        enrolment_id=f"enrolment-{name}",
        home_id=f"home-{name}",
        step="S1",
        attendance_id=f"attendance-{name}",
        covers=True,
    )


def commits(first: int, end: int) -> Iterator[Document]:
    """Commits that each begin a portfolio, with these numbers."""
    for number in range(first, end):
        event = _opened(f"filled-{number}")
        stream = f"portfolio-filled-{number}"
        yield {
            "_id": commit_id(stream, 1),
            "stream": stream,
            "aggregate": "portfolio",
            "thing": f"filled-{number}",
            "revision": 1,
            "first": 1,
            "region": REGION,
            "key": event.home_id,
            "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
            "events": [
                {"id": new_id(), "type": event.type_name(), "sequence": 1, "data": event.model_dump(mode="json")}
            ],
            "cause": f"event:{number}:policy",
            "fingerprint": "0" * 64,
            "command": "OpenPortfolio",
            "actor": {"kind": "system", "id": "bench", "roles": []},
            "correlation": new_id(),
            "causation": new_id(),
            "trace": None,
            "chain": "0" * 64,
            "relayed": True,
        }
