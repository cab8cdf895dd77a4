"""The protocol of journal and relay (design.md section 4), as a model of one stream.

Two processes, each handler and relay at once with a cache of its own; clients that repeat a request until it is
answered; processes that crash; replies, sends and acknowledgements that are lost, or land late. The thing is a door:
commands 0 and 2 open it and are refused while it is open, command 1 closes it and is refused while it is closed.
Command 0 makes two events, so that a commit can be sent by halves.

`broken` plants one bug; the good protocol is `None`.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from typing_extensions import override

from tests.unit.protocol.exploring import Step

Broken = Literal[
    "no sweep",
    "mark before acknowledgement",
    "refusal from a cached state",
    "refusal without looking the cause up",
    "later commit sent before an earlier one",
    "policy without cause",
    "commit marked when half of it is sent",
    "read on from a snapshot of unsent commits",
]
Answer = Literal["unasked", "unanswered", "done", "refused"]

EVENTS = (2, 1, 1)
"""How many events each command makes."""
OPENS = (True, False, True)
"""What each command does to the door."""


class Process(NamedTuple):
    """`known`: commits in the cache; `sent`: commits known to be on the topic; `part`: events sent of the next one."""

    known: int = 0
    sent: int = 0
    part: int = 0


class World(NamedTuple):
    """`journal`: (cause, marked) by revision; `topic`: first occurrences so far; `late`: sends that may still land."""

    journal: tuple[tuple[int, bool], ...] = ()
    processes: tuple[Process, Process] = (Process(), Process())
    answers: tuple[Answer, ...] = ("unasked", "unasked", "unasked")
    topic: int = 0
    late: frozenset[int] = frozenset()
    crashes: int = 1
    losses: int = 2
    torn: bool = False


def wrong(world: World) -> str | None:
    """What must never be."""
    causes = [cause for cause, _ in world.journal]
    if len(set(causes)) < len(causes):
        return "a cause is in the journal twice"
    if any(answer == "refused" and cause in causes for cause, answer in enumerate(world.answers)):
        return "refused although it was done"
    return "an event overtook another, or was never decided" if world.torn else None


def settled(world: World) -> bool:
    """Everything is answered, on the topic, and marked."""
    return (
        all(answer in ("done", "refused") for answer in world.answers)
        and world.topic == sum(EVENTS[cause] for cause, _ in world.journal)
        and all(marked for _, marked in world.journal)
        and not world.late
    )


def same(world: World) -> World:
    """The two processes do the same: which of them is called the first does not matter."""
    first, second = world.processes
    return world if first <= second else world._replace(processes=(second, first))


class Protocol:
    """The steps of the protocol, with at most one bug planted."""

    def __init__(self, broken: Broken | None = None) -> None:
        self.broken = broken

    def steps(self, world: World) -> Iterator[Step[World]]:
        """Everything that can happen next."""
        for p in (0, 1):
            for command, answer in enumerate(world.answers):
                if answer in ("unasked", "unanswered"):
                    yield from self._ask(world, p, command)
            yield from self._relay(world, p)
            yield from self._sweep(world, p)
            if world.crashes:
                yield Step(f"p{p} crashes", _process(world, p, Process(), crashes=world.crashes - 1), fault=True)
        for event in world.late:
            yield Step(f"event {event} lands late", _landed(world._replace(late=world.late - {event}), event))

    def _ask(self, world: World, p: int, command: int) -> Iterator[Step[World]]:
        known = world.processes[p].known
        if self._refuses(world, command, known):
            yield from self._refuse(world, p, command)
        elif known != len(world.journal):
            yield Step(f"p{p} meets a conflict on {command}", self._loaded(world, p))
        elif self._done(world, command):
            yield Step(f"p{p} finds {command} done", _answered(world, command, "done"))
        else:
            yield from self._commit(world, p, command)

    def _refuses(self, world: World, command: int, known: int) -> bool:
        is_open = known > 0 and OPENS[world.journal[known - 1][0]]
        return is_open == OPENS[command]

    def _done(self, world: World, command: int) -> bool:
        return any(cause == command for cause, _ in world.journal)

    def _refuse(self, world: World, p: int, command: int) -> Iterator[Step[World]]:
        if self.broken == "refusal from a cached state":
            known = world.journal[: world.processes[p].known]
            done = any(cause == command for cause, _ in known)
            yield Step(
                f"p{p} answers {command} from its cache", _answered(world, command, "done" if done else "refused")
            )
            return
        fresh = self._loaded(world, p)
        looked_up = self.broken != "refusal without looking the cause up"
        if looked_up and self._done(world, command):
            yield Step(f"p{p} finds {command} done", _answered(fresh, command, "done"))
        elif self._refuses(world, command, len(world.journal)):
            yield Step(f"p{p} refuses {command}", _answered(fresh, command, "refused"))
        else:
            yield Step(f"p{p} decides {command} again", fresh)

    def _commit(self, world: World, p: int, command: int) -> Iterator[Step[World]]:
        grown = world._replace(journal=(*world.journal, (command, False)))
        knowing = _process(grown, p, world.processes[p]._replace(known=len(grown.journal)))
        yield Step(f"p{p} commits {command}", _answered(knowing, command, "done"))
        if world.losses:
            lost = {"losses": world.losses - 1}
            yield Step(f"p{p} commits {command}, answer lost", _answered(knowing, command, "unanswered", **lost), True)
            yield Step(f"p{p} commits {command} unknowingly", _answered(grown, command, "unanswered", **lost), True)

    def _relay(self, world: World, p: int) -> Iterator[Step[World]]:
        process = world.processes[p]
        if process.sent < process.known:
            event = _first_event(world, process.sent) + process.part
            yield from self._send(world, p, event)
            if self.broken == "later commit sent before an earlier one" and process.sent + 1 < process.known:
                later = _first_event(world, process.sent + 1)
                yield Step(f"p{p} sends {later} ahead", _landed(world, later))
            if self.broken == "mark before acknowledgement":
                yield from self._mark(world, p, process.sent)
        for revision in range(process.sent):
            yield from self._mark(world, p, revision)

    def _send(self, world: World, p: int, event: int) -> Iterator[Step[World]]:
        process = world.processes[p]
        part = process.part + 1
        whole = part == EVENTS[world.journal[process.sent][0]] or self.broken == "commit marked when half of it is sent"
        after = process._replace(sent=process.sent + 1, part=0) if whole else process._replace(part=part)
        yield Step(f"p{p} sends {event}", _landed(_process(world, p, after), event))
        if world.losses:
            unlucky = world._replace(losses=world.losses - 1)
            yield Step(f"p{p} sends {event}, acknowledgement lost", _landed(unlucky, event), fault=True)
            yield Step(f"p{p} sends {event}, delayed", unlucky._replace(late=world.late | {event}), fault=True)

    def _mark(self, world: World, p: int, revision: int) -> Iterator[Step[World]]:
        cause, marked = world.journal[revision]
        if not marked:
            journal = (*world.journal[:revision], (cause, True), *world.journal[revision + 1 :])
            yield Step(f"p{p} marks {revision + 1}", world._replace(journal=journal))

    def _sweep(self, world: World, p: int) -> Iterator[Step[World]]:
        if self.broken != "no sweep" and not all(marked for _, marked in world.journal):
            yield Step(f"p{p} sweeps", self._loaded(world, p))

    def _loaded(self, world: World, p: int) -> World:
        """The process reads the stream with its marks: all before the first unmarked commit is on the topic."""
        process = world.processes[p]
        marks = [marked for _, marked in world.journal]
        upto = marks.index(False) if False in marks else len(marks)
        if self.broken == "read on from a snapshot of unsent commits" and process.known == 0 and marks:
            upto = len(marks) - 1
        sent = max(process.sent, upto)
        part = process.part if sent == process.sent else 0
        return _process(world, p, Process(len(marks), sent, part))


class WithoutCause(Protocol):
    """A reaction whose rule never says no, as of a policy: only the cause keeps it from being done twice."""

    @override
    def _refuses(self, world: World, command: int, known: int) -> bool:
        return False

    @override
    def _done(self, world: World, command: int) -> bool:
        return self.broken != "policy without cause" and super()._done(world, command)


def _process(world: World, p: int, process: Process, **changes: int) -> World:
    other = world.processes[1 - p]
    return world._replace(processes=(process, other) if p == 0 else (other, process), **changes)  # type: ignore[arg-type]  # the names of changes are not typed


def _answered(world: World, command: int, answer: Answer, **changes: int) -> World:
    answers = (*world.answers[:command], answer, *world.answers[command + 1 :])
    return world._replace(answers=answers, **changes)  # type: ignore[arg-type]  # the names of changes are not typed


def _first_event(world: World, revision: int) -> int:
    return 1 + sum(EVENTS[cause] for cause, _ in world.journal[:revision])


def _landed(world: World, event: int) -> World:
    """A repeat changes nothing; the next one is a first occurrence; anything else has overtaken."""
    if event <= world.topic:
        return world
    torn = event != world.topic + 1 or event > sum(EVENTS[cause] for cause, _ in world.journal)
    return world._replace(topic=event, torn=world.torn or torn)
