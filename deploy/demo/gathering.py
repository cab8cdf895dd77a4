"""A month's evidence: written up by the representatives, reviewed by the facilitator, one item returned first."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta

from deploy.demo import months
from deploy.demo.cast import Cast, CohortPlayer, HomePlayer
from deploy.demo.journey import evidence
from deploy.demo.journey.client import Api
from deploy.demo.months import Month

Move = Callable[[str, timedelta], Awaitable[None]]
Each = Callable[[Iterable[Awaitable[None]]], Awaitable[None]]

RETURNED_IN = "S1"
"""In this month one item of each home comes back and is handed in again, with a file."""


async def gather_evidence(  # noqa: PLR0913 - everything a month of evidence needs
    api: Api, cast: Cast, month: Month, keys: Sequence[str], *, move: Move, each: Each
) -> None:
    """One approved item for each requirement in every home. Raises Refused."""
    pairs = [(cohort, home) for cohort in cast.cohorts for home in cohort.homes]
    items: dict[tuple[int, str], tuple[str, int]] = {}

    async def write_up(home: HomePlayer, key: str, number: int) -> None:
        items[home.number, key] = await _written(api, home, key, number, with_file=_first(month, keys, key))

    async def review(cohort: CohortPlayer, home: HomePlayer, key: str) -> None:
        evidence_id, revision = items[home.number, key]
        if _first(month, keys, key):
            await _send_back(api, cohort, evidence_id, revision)
        else:
            await evidence.approve(api, cohort.facilitator.at(), evidence_id, revision)

    async def hand_in_again(cohort: CohortPlayer, home: HomePlayer, key: str) -> None:
        await _handed_in_again(api, cohort, home, items[home.number, key][0])

    await move("homes gather evidence", months.EVIDENCE_AFTER)
    await each(write_up(home, key, number) for _, home in pairs for number, key in enumerate(keys))
    await move("facilitators review it", months.REVIEW_AFTER)
    await each(review(cohort, home, key) for cohort, home in pairs for key in keys)
    if month.code == RETURNED_IN:
        await move("what came back is handed in again", months.SECOND_REVIEW_AFTER)
        await each(hand_in_again(cohort, home, keys[0]) for cohort, home in pairs)
    for _, home in pairs:
        home.status = f"{month.code} done"


def _first(month: Month, keys: Sequence[str], key: str) -> bool:
    return month.code == RETURNED_IN and key == keys[0]


async def _written(api: Api, home: HomePlayer, key: str, number: int, *, with_file: bool) -> tuple[str, int]:
    """The item's id and the revision that was handed in."""
    by, author = home.representative_who(number), home.representatives[number % len(home.representatives)]
    narrative = f"{author.card.name} wrote this for {home.home.name}: what we do, since when, and how we know ({key})."
    evidence_id = await evidence.draft(
        api, by, portfolio_id=home.portfolio_id, home_id=home.home_id, requirement_key=key, narrative=narrative
    )
    if with_file:
        await evidence.attach(api, by, evidence_id, "statement.txt", f"Statement of {home.home.name}\n".encode())
    return evidence_id, await evidence.submit(api, by, evidence_id)


async def _send_back(api: Api, cohort: CohortPlayer, evidence_id: str, revision: int) -> None:
    guidance = f"Please add the date. {cohort.facilitator.card.name}, {cohort.facilitator.card.phone}"
    await evidence.send_back(api, cohort.facilitator.at(), evidence_id, revision, ["missing-date"], guidance)


async def _handed_in_again(api: Api, cohort: CohortPlayer, home: HomePlayer, evidence_id: str) -> None:
    by = home.representative_who(0)
    await evidence.revise(api, by, evidence_id, "Now with its date: agreed on 2 March 2026.")
    revision = await evidence.submit(api, by, evidence_id)
    await evidence.approve(api, cohort.facilitator.at(), evidence_id, revision)
