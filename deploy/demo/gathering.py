"""One item of evidence on its way: written up by a representative, reviewed by the facilitator, returned if need be."""

from collections.abc import Mapping, Sequence

from deploy.demo.cast import REPRESENTATIVES, CohortPlayer, HomePlayer, Player
from deploy.demo.journey import evidence
from deploy.demo.journey.client import Api


async def item(api: Api, cohort: CohortPlayer, home: HomePlayer, key: str, *, returned: bool) -> None:
    """Gather it until it is approved; one that is `returned` has a file, and comes back first. Raises Refused."""
    number = author(key)
    by, reviewer = home.representative_who(number), cohort.facilitator.at()
    evidence_id = await evidence.draft(
        api,
        by,
        portfolio_id=home.portfolio_id,
        home_id=home.home_id,
        requirement_key=key,
        narrative=_narrative(home, home.representatives[number], key),
    )
    if returned:
        content = f"Statement of {home.home.name}\n".encode()
        await evidence.attach(api, by, evidence_id, "statement.txt", content)
        revision = await evidence.submit(api, by, evidence_id)
        await evidence.send_back(api, reviewer, evidence_id, revision, ["missing-date"], _guidance(cohort))
        await evidence.revise(api, by, evidence_id, "Now with its date: agreed on 2 March 2026.")
    revision = await evidence.submit(api, by, evidence_id)
    await evidence.approve(api, reviewer, evidence_id, revision)


def author(key: str) -> int:
    """Which of a home's representatives writes this up."""
    return sum(map(ord, key)) % REPRESENTATIVES


def digests(home: HomePlayer, keys_of: Mapping[str, Sequence[str]]) -> int:
    """How many digests the representatives of a home get: each month one for everybody who had something approved."""
    return sum(len({author(key) for key in keys}) for code, keys in keys_of.items() if home.takes_part_in(code))


def _narrative(home: HomePlayer, author: Player, key: str) -> str:
    """It names somebody, so that the checks can see that no such text leaves its document."""
    return f"{author.card.name} wrote this for {home.home.name}: what we do, since when, and how we know ({key})."


def _guidance(cohort: CohortPlayer) -> str:
    return f"Please add the date. {cohort.facilitator.card.name}, {cohort.facilitator.card.phone}"
