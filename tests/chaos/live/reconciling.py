"""The ledger against the platform: nothing that was answered is lost, doubled or out of order."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import httpx2

from deploy.ops.audit import audited
from shared.chassis.auditing import Audit
from shared.chassis.cards.owner import CARDS
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Document, Unavailable
from tests.chaos.live.figures import Figures
from tests.chaos.live.fleet import Fleet
from tests.chaos.live.keeping import Entry
from tests.support.eventually import eventually

SETTLED_WITHIN_SECONDS = 150
ORDER = frozenset({"nothing reordered", "numbered without a gap"})
Journals = Mapping[str, Sequence[Document]]


async def reconcile(fleet: Fleet, figures: Figures) -> list[str]:
    """What is wrong; empty when the books balance. Everybody must be at rest."""
    await _unknown_resolved(fleet)
    audits = await _settled_and_audited(fleet)
    journals: Journals = {name: await each.store.find(JOURNAL, {}) for name, each in fleet.platform.insides.items()}
    violations = [violation for each in audits for violation in each.violations]
    lost, doubled = await _lost(fleet, journals), [*_doubled(journals), *_twice_opened(journals)]
    figures.reconciliations += 1
    figures.lost += len(lost)
    figures.doubled += len(doubled)
    figures.reordered += sum(violation.promise in ORDER for violation in violations)
    figures.commands_accepted = len(fleet.ledger.accepted)
    figures.asked_again = fleet.api.asked_again
    figures.events = sum(each.events for each in audits)
    figures.duplicates_on_topics = sum(each.repeats for each in audits)
    parked = [f"parked: {one['_id']}" for one in await fleet.platform.parked()]
    return [*map(str, violations), *lost, *doubled, *parked, *fleet.ledger.refused]


async def _unknown_resolved(fleet: Fleet) -> None:
    """Whatever has no answer yet is asked again, with its key."""
    for key, entry in fleet.ledger.entries.items():
        if entry.answer is None:
            entry.answer = await fleet.api.again(key)


async def _settled_and_audited(fleet: Fleet) -> list[Audit]:
    """A look may meet what was just restarted; then it is taken again."""

    async def look() -> list[Audit] | None:
        try:
            await fleet.platform.settled(SETTLED_WITHIN_SECONDS)
            return list(await audited(fleet.platform.environments))
        except Unavailable:
            return None

    found: list[Audit] = await eventually(look, "all is at rest and can be read", SETTLED_WITHIN_SECONDS, every=0.5)
    return found


async def _lost(fleet: Fleet, journals: Journals) -> list[str]:
    """Questions that were answered with yes, and of which nothing is there."""
    done = {name: {commit["cause"] for commit in commits} for name, commits in journals.items()}
    cards = {one["_id"] for one in await fleet.platform.insides["enrolment"].store.find(CARDS, {})}
    accepted = fleet.ledger.accepted
    made = {(each.path, each.thing) for key, each in accepted.items() if each.cause(key) in done[each.service]}

    def is_there(key: str, entry: Entry) -> bool:
        if entry.path == "people":
            return entry.thing in cards
        # Who publishes a version that is published already is answered with that one.
        published_before = entry.path == "programme-versions" and (entry.path, entry.thing) in made
        return entry.cause(key) in done[entry.service] or published_before

    return [f"lost: {one.method} {one.path} {key}" for key, one in accepted.items() if not is_there(key, one)]


def _doubled(journals: Journals) -> list[str]:
    """Causes that came twice in one stream; that one stream reserves in another is no doubling."""
    times = Counter((commit["stream"], commit["cause"]) for commits in journals.values() for commit in commits)
    return [f"doubled: {stream} {cause}" for (stream, cause), number in times.items() if number > 1]


def _twice_opened(journals: Journals) -> list[str]:
    """Every home that was placed has one portfolio, however often its placing was heard."""
    opened = Counter(_told(journals["portfolio"], "PortfolioOpened"))
    placed = _told(journals["enrolment"], "HomeEnrolled")
    return [f"opened {opened[one]} times: the portfolio of {one}" for one in placed if opened[one] != 1]


def _told(commits: Sequence[Document], name: str) -> list[str]:
    """The enrolments that events of this name tell of."""
    return [
        event["data"]["enrolment_id"]
        for commit in commits
        for event in commit["events"]
        if event["type"].split(".")[2] == name
    ]


async def all_asked_again(fleet: Fleet) -> list[str]:
    """Every question of the ledger once more, with its key: the answers must be those that were given."""
    wrong: list[str] = []

    async def ask(key: str, entry: Entry) -> None:
        assert entry.answer is not None
        try:
            again = await fleet.api.again(key)
        except httpx2.TransportError as why:
            wrong.append(f"not answered again: {entry.path}: {why!r}")
            return
        same = [(one.status, one.body.get("id"), one.body.get("version")) for one in (entry.answer, again)]
        if same[0] != same[1]:
            wrong.append(f"answered otherwise: {entry.path}: first {same[0]}, then {same[1]}")

    await asyncio.gather(*(ask(key, entry) for key, entry in fleet.ledger.accepted.items()))
    return wrong
