"""The ledger: what must be true of the shop when everything has healed and settled, whatever went wrong before."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.chassis.assembling import Assembled
from shared.chassis.auditing import audit
from shared.chassis.cards.copies import COPIES
from shared.chassis.cards.owner import CARDS
from shared.chassis.cards.topic import card_topic
from shared.chassis.commits import JOURNAL, public_events
from shared.chassis.documents import DOCUMENTS
from shared.chassis.ports import Document, Message, Store
from shared.chassis.reading.parking import PARKED
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.reading.projections import DEADLINES
from shared.chassis.wire import topic_of
from tests.integration.matrix.process import Process
from tests.integration.matrix.scenario import BOOK, SHOP, Answer

Story = dict[str, list[Any]]
VARIES = frozenset({"placed_at", "reference", "note"})
FOLDED = ("order-board", "pairs", DEADLINES)


@dataclass
class Ledger:
    """What is to be compared with the run in which nothing went wrong."""

    answers: dict[str, Answer] = field(default_factory=dict)
    story: Story = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def differences(self, sound: "Ledger") -> list[str]:
        """What is wrong in itself, or otherwise than in the sound run."""
        found = list(self.wrong)
        for what in ("answers", "story", "rows"):
            mine, theirs = getattr(self, what), getattr(sound, what)
            found += [
                f"{what}: {name}: {mine.get(name)} instead of {theirs.get(name)}"
                for name in sorted(mine.keys() | theirs.keys())
                if mine.get(name) != theirs.get(name)
            ]
        return found


async def ledger(process: Process, answers: dict[str, Answer], called: Sequence[str], prefix: str = "") -> Ledger:
    """Read everything, past the ports, and say what is wrong."""
    commits = await process.store.find(JOURNAL, {}, order=[("stream", 1), ("revision", 1)])
    kept = Ledger(answers, _story(commits))
    kept.wrong += [one async for one in on_topic(process, commits, prefix)]
    kept.wrong += [one async for one in read_to_the_end(process.store, commits)]
    kept.wrong += _errands(commits, called)
    kept.wrong += [one async for one in _texts(process.store, commits)]
    kept.wrong += [one async for one in _cards(process, prefix)]
    for path in FOLDED:
        kept.wrong += [one async for one in folded(process.assembled, path, kept.rows)]
    return kept


def _story(commits: Sequence[Document]) -> Story:
    """By stream, what was decided by which command; reactions to different things come in any order."""
    story: Story = {}
    for commit in commits:
        told = [(event["type"], _told(event["data"])) for event in commit["events"]]
        story.setdefault(commit["stream"], []).append((commit["command"], told))
    story[f"order-{BOOK}"] = sorted(story.get(f"order-{BOOK}", []), key=repr)
    return story


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in VARIES}


async def _messages(process: Process, topic: str) -> list[Message]:
    return [message async for message in process.broker.read_all(topic)]


async def on_topic(process: Process, commits: Sequence[Document], prefix: str) -> AsyncIterator[str]:
    """Every promise of the journal holds, and all of it is on the topic."""
    messages = await _messages(process, topic_of(prefix, "shoes"))
    found = audit("shoes", commits, messages)
    for violation in found.violations:
        yield f"audit: {violation}"
    if found.waiting or found.messages - found.repeats != found.events:
        yield f"not all on the topic: {found}"


async def read_to_the_end(store: Store, commits: Sequence[Document]) -> AsyncIterator[str]:
    """Every reader has come to the end of every stream, and nothing is left over."""
    ends: dict[str, int] = {}
    for commit in commits:
        ends[commit["stream"]] = ends.get(commit["stream"], 0) + len(public_events(commit))
    places = {
        f"{reader}|shoes/{name}": end for reader in ("policies", "views", "errands") for name, end in ends.items()
    }
    found = await store.find(POSITIONS, {})
    standing = {one["_id"]: one["sequence"] for one in found}
    if standing != places:
        yield f"not read to the end: {sorted(standing.items() ^ places.items())}"
    blocked = [one["_id"] for one in found if one["parked"]]
    # What was parked by one who died before he could say so was taken by the next; operators do not see it either.
    parked = [
        one["_id"]
        for one in await store.find(PARKED, {})
        if one["sequence"] is None or one["sequence"] > standing.get(f"{one['reader']}|{one['stream']}", 0)
    ]
    due = await store.count(DEADLINES, {"asked": False})
    if blocked or parked or due:
        yield f"left over: blocked {blocked}, parked {parked}, {due} moments not asked for"


def _errands(commits: Sequence[Document], called: Sequence[str]) -> Iterator[str]:
    """At most one call for each shipped order, one outcome, and an outcome that is known is of a call that was made."""
    if len(set(called)) < len(called):
        yield f"called more than once: {called}"
    booked = [
        event["data"] for commit in commits for event in commit["events"] if event["type"].endswith(".CourierBooked.v1")
    ]
    if [one["order_id"] for one in booked] != ["o1"]:
        yield f"outcomes: {booked}"
    if any(one["reference"] and one["order_id"] not in called for one in booked):
        yield f"an outcome without a call: {booked}"


async def _texts(store: Store, commits: Sequence[Document]) -> AsyncIterator[str]:
    referred = {
        event["data"]["note"]["document_id"]
        for commit in commits
        for event in commit["events"]
        if "note" in event["data"]
    }
    kept = {one["_id"] for one in await store.find(DOCUMENTS, {}) if one["text"]}
    if kept != referred:
        yield f"texts: kept {kept}, referred to {referred}"


async def _cards(process: Process, prefix: str) -> AsyncIterator[str]:
    """The copies say what the owner says, and so does the topic to whoever reads it from the beginning."""
    owned = {one["_id"]: (one["revision"], one["sealed"]) for one in await process.store.find(CARDS, {})}
    copied = {one["_id"]: (one["revision"], one["sealed"]) for one in await process.store.find(COPIES, {})}
    if owned != copied or owned["ben"][1] is not None or owned["ann"][1] is None:
        yield f"cards: owned {_revisions(owned)}, copies {_revisions(copied)}"
    assert SHOP.cards is not None
    last = {one.key: one.value for one in await _messages(process, card_topic(SHOP.cards, prefix))}
    told = sorted(repr(value) for value in last.values())
    if told != sorted(repr(sealed) for _, sealed in owned.values()):
        yield "cards: the topic's last values are others"
    assert process.assembled.copies is not None
    if (await process.assembled.copies.get(["ann"]))["ann"]["email"] != "ann@new.example":
        yield "cards: not the last one"


def _revisions(cards: Mapping[str, tuple[int, bytes | None]]) -> dict[str, tuple[int, bool]]:
    return {person: (revision, sealed is not None) for person, (revision, sealed) in cards.items()}


async def folded(assembled: Assembled, path: str, rows: dict[str, int]) -> AsyncIterator[str]:
    """What was folded on the way is what a rebuild folds."""
    compared = await assembled.readers.rebuilding(path).verify()
    rows[path] = compared.equal
    if compared.different or compared.moving or compared.stopped:
        yield f"{path} is not what a rebuild gives: {compared}"
