"""What a command costs on a stream that is very long: ten thousand commits of one portfolio, made by commands.

Warm: the process has the stream. Unseen: a process that has just begun reads it, from the snapshot or, without one,
from the first commit.
"""

from collections.abc import Mapping

from services.portfolio.domain.portfolio import HandPortfolioOver
from shared.chassis.streams import SNAPSHOTS
from tests.bench.ground import Ground, percentile, until
from tests.bench.growth import opening, request, timed
from tests.bench.portfolio import portfolio

LENGTHS = (10, 10_000)
WARM = 5
"""Of a short stream no more commands are measured: it would be another one then."""
FRESH = 5
NAME = "long"


async def one_stream(ground: Ground) -> Mapping[str, float]:
    """Milliseconds of a command at each length: warm, unseen, unseen with no snapshot."""
    prefix = f"{ground.name('stream')}-"
    await ground.topics(prefix, ("enrolment", "portfolio"))
    found: dict[str, float] = {}
    held = 0
    for length in LENGTHS:
        warm = await _lengthened(ground, prefix, held, length)
        unseen = [await _unseen(ground, prefix, length + number) for number in range(FRESH)]
        bare = [await _unseen(ground, prefix, length + FRESH + number, kept=False) for number in range(FRESH)]
        held = length + 2 * FRESH
        found |= {
            f"stream_warm_ms_{length}": warm * 1000,
            f"stream_unseen_ms_{length}": percentile(unseen, 0.5) * 1000,
            f"stream_unseen_no_snapshot_ms_{length}": percentile(bare, 0.5) * 1000,
        }
    return found


async def _lengthened(ground: Ground, prefix: str, held: int, length: int) -> float:
    """Commands until there are so many commits; the median time of the last ones."""
    async with portfolio(ground, prefix) as assembled:
        await assembled.around.broker.start()
        if not held:
            await assembled.handling.handle(request(opening(NAME)))
        times = [await timed(assembled, _handed_over(number)) for number in range(held or 1, length)]
        await until(lambda: not assembled.relay.backlog, "every commit is on the topic", 60)
        await assembled.relay.mark()
    return percentile(times[-WARM if length < 100 * WARM else -100 * WARM :], 0.5)


async def _unseen(ground: Ground, prefix: str, number: int, *, kept: bool = True) -> float:
    """The first command of a process that has none of it in mind; one command goes before, on another stream."""
    async with portfolio(ground, prefix) as assembled:
        await assembled.around.broker.start()
        await assembled.handling.handle(request(opening(f"other-{number}")))
        if not kept:
            await assembled.around.store.drop(SNAPSHOTS)
        took = await timed(assembled, _handed_over(number))
        await until(lambda: not assembled.relay.backlog, "its commit is on the topic", 60)
        await assembled.relay.mark()
    return took


def _handed_over(number: int) -> HandPortfolioOver:
    """Each time to somebody else, so that each changes something and none makes the portfolio larger."""
    return HandPortfolioOver(
        portfolio_id=NAME,
        enrolment_id=f"enrolment-{NAME}",
        home_id=f"home-{NAME}",
        lead_person_id=f"lead-{number % 2 + 2}",
    )
