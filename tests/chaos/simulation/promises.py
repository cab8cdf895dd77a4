"""What must be true of the simulated world when everything has healed: the promises of design.md sections 4 and 6."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import DocumentRef
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.documents import DOCUMENTS
from shared.chassis.handling import thing_of
from shared.chassis.ports import Document
from shared.chassis.requests import Outcome
from shared.chassis.streams import Stream
from tests.chaos.simulation.customers import Asked
from tests.integration.matrix.ledger import FOLDED, folded, on_topic, read_to_the_end
from tests.integration.matrix.process import Process
from tests.integration.matrix.scenario import BOOK
from tests.support.shoe_order import PickPair
from tests.support.shoe_pair import HoldPair
from tests.support.shoe_works import CLERK, NOON


async def broken_promises(process: Process, ledger: dict[str, Asked], called: Sequence[str]) -> list[str]:
    """Whatever is wrong; empty when all promises hold."""
    commits = await process.store.find(JOURNAL, {}, order=[("stream", 1), ("revision", 1)])
    found = [one async for one in on_topic(process, commits, "")]
    found += [one async for one in read_to_the_end(process.store, commits)]
    found += [one async for one in _answers(process, commits, ledger)]
    found += [*_reactions(commits), *_errands(commits, called)]
    found += [one async for one in _texts(process, commits)]
    for path in FOLDED:
        found += [one async for one in folded(process.assembled, path, {})]
    return found


async def _answers(process: Process, commits: Sequence[Document], ledger: dict[str, Asked]) -> AsyncIterator[str]:
    made = {(commit["stream"], commit["cause"]): commit for commit in commits}
    for cause, asked in ledger.items():
        commit = made.get((asked.stream, cause))
        if isinstance(asked.answer, Refusal):
            if commit is not None:
                yield f"{cause}: refused although it was done"
            elif not await _says(process, asked, asked.answer.code()):
                yield f"{cause}: refused {asked.answer.code()}, which no rule says of the stream as it was then"
        elif commit is not None:
            if asked.answer.thing.version != commit["revision"]:
                yield f"{cause}: answered with version {asked.answer.thing.version}, done in {commit['revision']}"
        elif asked.answer.new or not await _says(process, asked, ""):
            yield f"{cause}: answered as done, and it is not in the journal"


async def _says(process: Process, asked: Asked, code: str) -> bool:
    """Whether the rules, on the stream as it was between question and answer, say this ("": nothing to do)."""
    commands: list[tuple[Command, int, int]] = [(asked.command, asked.before, asked.after)]
    if isinstance(asked.command, PickPair):
        held = HoldPair(pair_id=asked.command.pair_id, order_id=asked.command.order_id)
        commands.append((held, 0, 1_000))
    for command, before, after in commands:
        if code in [one async for one in _verdicts(process, command, before, after)]:
            return True
    return False


async def _verdicts(process: Process, command: Command, before: int, after: int) -> AsyncIterator[str | None]:
    row = process.assembled.handling.row(command)
    journal, thing_id = process.assembled.journal, thing_of(row, command)
    known = await journal.refreshed(row, thing_id)
    documents = {"note": DocumentRef(document_id="d", sha256="0")}
    facts = row.facts_class(now=NOON, actor=CLERK, region="north", documents=documents)
    for revision in range(before, min(after, known.tail.revision) + 1):
        stream = await journal.as_of(known, revision) if revision else Stream.unheard(row, thing_id)
        if not stream.exists and not type(command).creates:
            yield "unknown_thing"
        try:
            yield None if row.decide(stream.state, command, facts) else ""
        except Refusal as refusal:
            yield refusal.code()


def _events(commits: Sequence[Document], name: str, stream: str = "") -> list[dict[str, Any]]:
    return [
        event["data"]
        for commit in commits
        for event in commit["events"]
        if event["type"].split(".")[2] == name and commit["stream"].startswith(stream)
    ]


def _reactions(commits: Sequence[Document]) -> Iterator[str]:
    """Whenever an order is paid, it is written into the book, once."""
    paid, written = _events(commits, "OrderPaid"), _events(commits, "NoteAdded", f"order-{BOOK}")
    if len(paid) != len(written):
        yield f"{len(paid)} orders paid, {len(written)} times written down"


def _errands(commits: Sequence[Document], called: Sequence[str]) -> Iterator[str]:
    """At most one call for each shipped order, one outcome, and none that is known without a call."""
    if len(set(called)) < len(called):
        yield f"called more than once: {called}"
    shipped = sorted(one["order_id"] for one in _events(commits, "OrderShipped"))
    booked = _events(commits, "CourierBooked")
    if sorted(one["order_id"] for one in booked) != shipped:
        yield f"shipped {shipped}, outcomes {booked}"
    if any(one["reference"] and one["order_id"] not in called for one in booked):
        yield f"an outcome without a call: {booked}"


async def _texts(process: Process, commits: Sequence[Document]) -> AsyncIterator[str]:
    referred = {one["note"]["document_id"] for one in _events(commits, "NoteAdded")}
    kept = {one["_id"] for one in await process.store.find(DOCUMENTS, {}) if one["text"]}
    if missing := referred - kept:
        yield f"texts that events refer to are gone: {missing}"


def same_answer(first: Outcome, again: Outcome) -> bool:
    """Whether a repeated question got the answer it had got before."""
    return (first.thing.version, first.thing.state) == (again.thing.version, again.thing.state)
