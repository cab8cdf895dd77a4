"""The operators' answers as tables for people. What came in from outside is shown without its control characters."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.ops.parked import Listing
from deploy.ops.status import Http, ServiceStatus
from deploy.ops.tracing import TracedStep
from shared.chassis.auditing import Audit
from shared.chassis.drivers.topic_facts import TopicFacts
from shared.chassis.ports import Document
from shared.chassis.reading.rebuilding import Compared
from shared.chassis.reading.replaying import Replayed

MOST_ROWS = 50
UNBROKEN = 1000
"""Columns where no terminal has an edge: a line that goes into a pipe, a file or a log stays one line."""


def _console() -> Console:
    return Console(highlight=False, width=None if Console().is_terminal else UNBROKEN)


def plain(told: object) -> Text:
    """Words as they are: no markup, nothing that a terminal would act on."""
    return Text(
        "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in str(told))
    )


def show_statuses(found: Iterable[ServiceStatus]) -> None:
    """One line per service."""
    rows = []
    for each in found:
        kept = each.kept
        numbers: Sequence[object] = ["?"] * 6
        if kept is not None:
            late = f"{kept.due}, {kept.late} late" if kept.late else kept.due
            numbers = [kept.unrelayed, _counts(kept.parked), kept.blocked, kept.gaps, kept.waiting, late]
        rows.append([each.service, *_answers(each.http), _counts(each.lag), *numbers])
    headings = ("service", "answers", "ready", "lag", "unrelayed", "parked", "blocked", "gaps", "to come", "due")
    _table(headings, rows)


def _answers(http: Http) -> tuple[str, str]:
    if http.up is None:
        return "not asked", "?"
    ready = "ready" if http.ready else f"waits for {', '.join(http.failing)}" if http.failing else "no"
    return "yes" if http.up else "no", ready


def _counts(told: Mapping[str, int] | None) -> str:
    """Only what is not nothing, by name."""
    if told is None:
        return "?"
    return ", ".join(f"{name} {number}" for name, number in told.items() if number) or "0"


SAID = {"delete": ("retention.ms",), "compact": ("max.compaction.lag.ms", "delete.retention.ms")}
"""The settings that mean something under each clean-up policy; `--json` has all."""


def show_topics(found: Iterable[TopicFacts]) -> None:
    """One line per topic."""
    rows = [[each.name, each.partitions or "missing", each.records, _settings(each)] for each in found]
    _table(("topic", "partitions", "records", "settings"), rows)


def _settings(topic: TopicFacts) -> str:
    if topic.withheld:
        return f"not told: {topic.withheld}"
    told = topic.settings
    policy = told.get("cleanup.policy", "")
    names = ("cleanup.policy", *SAID.get(policy, ()), "min.insync.replicas")
    return ", ".join(f"{name}={told[name]}" for name in names if name in told)


def show_listing(found: Listing) -> None:
    """What holds up streams, and what waits."""
    if found.streams:
        held_up = [[each.service, each.reader, each.stream, each.sequence, each.why] for each in found.streams]
        _table(("service", "reader", "stream held up", "by number", "why"), held_up)
    if found.messages:
        headings = ("service", "id", "kind", "code", "tries", "since")
        rows = [
            [each.service, each.id, each.kind, each.code, each.tries, f"{each.at:%d %b %H:%M:%S}"]
            for each in found.messages
        ]
        _table(headings, rows)


def show_message(found: Document, *, body: bool) -> None:
    """One parked message; its headers' values and its bytes only where asked for."""
    names = ("_id", "reader", "stream", "sequence", "topic", "partition", "offset", "kind", "code", "tries", "at")
    rows: list[Sequence[object]] = [[name.strip("_"), found[name]] for name in names]
    value: bytes | None = found["value"]
    rows.append(["bytes", "none" if value is None else len(value)])
    if not body:
        rows.append(["headers", ", ".join(name for name, _ in found["headers"]) or "none"])
    else:
        rows += [[name, _text(told)] for name, told in found["headers"]]
    _table(("", ""), rows)
    if body and value is not None:
        _console().print(plain(_text(value)), soft_wrap=True)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"(not text) {value.hex(' ')}"


def show_replayed(found: Iterable[Replayed]) -> None:
    """How far each stream came."""
    rows = [
        [each.stream, each.taken, each.stopped_at or "", f"{each.why.kind}: {each.why.code}" if each.why else "goes on"]
        for each in found
    ]
    _table(("stream", "put back", "stopped at", "how it is now"), rows)


def show_audits(found: Sequence[Audit]) -> None:
    """Counts per service, then what is wrong."""
    headings = ("service", "streams", "commits", "events", "records", "repeats", "waiting", "lag", "violations")
    rows = [
        [each.service, each.streams, each.commits, each.events, each.messages, each.repeats, each.waiting, each.lag]
        for each in found
    ]
    _table(headings, [[*row, len(each.violations) or "none"] for row, each in zip(rows, found, strict=True)])
    wrong = [[each.service, v.stream, v.promise, v.detail] for each in found for v in each.violations]
    if wrong:
        _table(("service", "stream", "promise that does not hold", "how"), wrong)


def show_trace(found: Sequence[TracedStep]) -> None:
    """Step by step, in order."""
    rows = [[f"{each.at:%H:%M:%S.%f}"[:-3], each.service, each.asked_by, each.stream, _what(each)] for each in found]
    _table(("at", "service", "asked by", "stream", "what happened"), rows)


def _what(step: TracedStep) -> str:
    names = ", ".join(event.split(".")[2] for event in step.events)
    return f"{names}{'' if step.relayed else ' (not sent yet)'}" if step.kind == "commit" else step.kind


def show_compared(found: Mapping[str, Mapping[str, Compared]]) -> None:
    """What was compared, view by view; those that the home does not feed are left out."""
    rows = [
        [name, view, each.equal, len(each.different) or "none", each.moving, each.shared, len(each.stopped) or "none"]
        for name, views in found.items()
        for view, each in views.items()
        if each.rows or each.stopped
    ]
    _table(("service", "view", "equal", "different", "moved meanwhile", "not its own", "held up"), rows)


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    console = _console()
    table = Table(*headings, box=None, show_header=any(headings), pad_edge=False, collapse_padding=console.is_terminal)
    for row in rows[:MOST_ROWS]:
        table.add_row(*(plain("" if cell is None else cell) for cell in row))
    for column in table.columns:
        column.overflow = "fold"
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"… and {len(rows) - MOST_ROWS} more; --json prints all of them.")
