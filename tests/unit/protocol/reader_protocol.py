"""The protocol of one reader (design.md section 6), as a model of one stream: taking, parking, putting back.

Two consumers that believe at the same time that the partition is theirs, each with a remembered position of its own;
an operator, or a consumer that follows up a gap, who puts parked messages back (one at a time: they hold a lease);
whoever is at work may crash, and begins again where the group's offset is. One event fails until it is mended.

The position is changed by compare-and-set: a copy of it is `fresh` until somebody else writes. It is written at once
where the stream is held up; else some time later, before the offset. A partition may change hands in between: then a
consumer begins again where the offset is, with what it remembers. `broken` plants one bug.
"""

from collections.abc import Iterator
from typing import Literal

from tests.unit.protocol.exploring import Step
from tests.unit.protocol.reader_world import (
    BATCH,
    OPERATOR,
    Consumer,
    Flag,
    Phase,
    Replay,
    ReplayPhase,
    Topic,
    World,
    at_rest,
    beyond,
    numbers_of,
    with_consumer,
    written,
)

Broken = Literal[
    "position before effect",
    "offset before effect",
    "no positions and no cause",
    "skip the poison without parking what follows",
    "flag cleared without guard",
    "effect without cause",
    "parked after the position",
    "waiting without touching the position",
    "offset before position",
    "what was done is forgotten when overtaken",
    "withdrawn before the position says that it is done",
]


class Protocol:
    """The steps of the protocol, with at most one bug planted."""

    def __init__(self, topic: Topic, broken: Broken | None = None) -> None:
        self.log = topic.log
        self.poison = topic.poison
        self.broken = broken

    def settled(self, world: World) -> bool:
        """Every effect is there, the offset and the position are at the end, and nothing waits."""
        last = max(self.log)
        return (
            (world.done, world.offset, world.seq, world.flag) == (last, len(self.log), last, "")
            and not beyond(world.parked, last)
            and world.replay.phase == "idle"
            and all(consumer.phase == "idle" and not consumer.owes for consumer in world.consumers)
        )

    def steps(self, world: World) -> Iterator[Step[World]]:
        """Everything that can happen next."""
        for p in (0, 1):
            yield from self._consume(world, p, world.consumers[p])
            if world.crashes and world.consumers[p].phase != "idle":
                yield Step(f"c{p} crashes", self._crashed(world, p), fault=True)
        yield from self._replaying(world, world.replay)
        if world.crashes and world.replay.phase != "idle" and world.replay.owner == OPERATOR:
            yield Step("the operator crashes", world._replace(replay=Replay(), crashes=world.crashes - 1), fault=True)
        if self.poison and not world.mended:
            yield Step("mended", world._replace(mended=True))

    def _crashed(self, world: World, p: int) -> World:
        replay = Replay() if world.replay.owner == p else world.replay
        again = Consumer(at=world.offset)
        return with_consumer(world._replace(replay=replay, crashes=world.crashes - 1), p, again)

    def _consume(self, world: World, p: int, c: Consumer) -> Iterator[Step[World]]:
        match c.phase:
            case "idle":
                yield from self._begin(world, p, c)
                if c.owes:
                    yield from self._between(world, p, c)
            case "read":
                yield Step(f"c{p} reads its position", with_consumer(world, p, self._ready(self._read(world, c))))
            case "early":
                ahead = c._replace(phase="work", seq=max(c.seq, *self.log[c.at : c.upto]))
                yield Step(
                    f"c{p} moves ahead", written(with_consumer(world, p, c._replace(phase="work")), ahead.seq, c.flag)
                )
            case "work":
                yield self._work(world, p, c)
            case "keep waiting":
                parked = with_consumer(world._replace(parked=world.parked | c.waiting), p, self._kept(c, c.waiting))
                yield Step(f"c{p} parks {numbers_of(c.waiting)} behind", parked)
            case "keep failed":
                parked = with_consumer(
                    world._replace(parked=world.parked | 1 << c.failed), p, self._kept(c, 1 << c.failed)
                )
                yield Step(f"c{p} parks {c.failed}", parked)
            case "move":
                yield self._move(world, p, c)
            case "settle":
                yield self._settle(world, p, c)
            case "withdraw":
                left = world.parked & ~(c.kept & ~beyond(c.kept, c.seq))
                yield Step(f"c{p} withdraws", with_consumer(world._replace(parked=left), p, self._after_withdrawal(c)))
            case "follow":
                if world.replay.phase == "idle":
                    following = world._replace(replay=Replay("stand", p))
                    yield Step(f"c{p} follows up", with_consumer(following, p, c._replace(phase="followed")))
            case "followed":
                if world.replay.phase == "idle" or world.replay.owner != p:
                    yield Step(f"c{p} has followed up", with_consumer(world, p, self._rested(c)))
            case "commit":
                offset = max(world.offset, c.at)
                settled = c._replace(phase="idle", owes=False, settling=False)
                yield Step(f"c{p} commits offset {c.at}", with_consumer(world._replace(offset=offset), p, settled))

    def _between(self, world: World, p: int, c: Consumer) -> Iterator[Step[World]]:
        after: Phase = "commit" if self.broken == "offset before position" else "settle"
        yield Step(f"c{p} is quiet", with_consumer(world, p, c._replace(phase=after, settling=True)))
        if world.crashes:
            again = c._replace(at=world.offset, owes=False)
            changed = world._replace(crashes=world.crashes - 1)
            yield Step(f"c{p} begins again", with_consumer(changed, p, again), fault=True)

    def _read(self, world: World, c: Consumer) -> Consumer:
        """The position as it is, or further, if more is done."""
        ahead = c.ahead if c.ahead > world.seq else 0
        return c._replace(seq=max(world.seq, ahead), flag=world.flag, fresh=True, known=True, ahead=ahead)

    def _begin(self, world: World, p: int, c: Consumer) -> Iterator[Step[World]]:
        for upto in range(c.at + 1, min(c.at + BATCH, len(self.log)) + 1):
            batch = c._replace(upto=upto, i=c.at, phase="read")
            if c.known:
                batch = self._ready(batch)
            offset = upto if self.broken == "offset before effect" else world.offset
            yield Step(f"c{p} takes {self.log[c.at : upto]}", with_consumer(world._replace(offset=offset), p, batch))

    def _ready(self, c: Consumer) -> Consumer:
        if self.broken == "position before effect":
            return c._replace(phase="early", i=c.at)
        return self._past_what_waits(c._replace(phase="work", i=c.at, touched=bool(c.ahead)))

    def _past_what_waits(self, c: Consumer) -> Consumer:
        """Repeats are dropped and others made to wait in memory only, up to the next that is to be carried out."""
        while c.i < c.upto and not self._is_next(c, number := self.log[c.i]):
            if number > c.seq:
                c = self._made_to_wait(c, number)
            c = c._replace(i=c.i + 1)
        return c if c.i < c.upto else self._worked(c)

    def _is_next(self, c: Consumer, number: int) -> bool:
        if self.broken == "no positions and no cause":
            return True
        return number == c.seq + 1 and c.flag != "failed"

    def _made_to_wait(self, c: Consumer, number: int) -> Consumer:
        flag = c.flag or "gap"
        touched = c.touched or self.broken != "waiting without touching the position" or flag != c.flag
        return c._replace(flag=flag, touched=touched, waiting=c.waiting | 1 << number)

    def _work(self, world: World, p: int, c: Consumer) -> Step[World]:
        number = self.log[c.i]
        if number == self.poison and not world.mended:
            after = c._replace(i=c.i + 1, failed=number, flag="failed", touched=True)
            if self.broken == "skip the poison without parking what follows":
                after = after._replace(flag=c.flag, seq=number)
            return Step(f"c{p} fails at {number}", with_consumer(world, p, self._past_what_waits(after)))
        after = c._replace(i=c.i + 1, seq=max(number, c.seq), touched=True)
        return Step(f"c{p} does {number}", with_consumer(self._effect(world, number), p, self._past_what_waits(after)))

    def _effect(self, world: World, number: int) -> World:
        if number == world.done + 1:
            return world._replace(done=number)
        if number > world.done:
            return world._replace(torn=f"effect {number} came before {world.done + 1}")
        without_cause = self.broken in ("no positions and no cause", "effect without cause")
        return world._replace(torn=f"effect {number} came twice") if without_cause else world

    def _worked(self, c: Consumer) -> Consumer:
        if self.broken == "parked after the position":
            return self._written_now(c)
        return self._next_to_keep(c)

    def _written_now(self, c: Consumer) -> Consumer:
        """Only what is held up is written at once."""
        if c.flag:
            return c._replace(phase="move")
        return self._moved(c._replace(ahead=c.seq if c.touched else c.ahead))

    def _next_to_keep(self, c: Consumer) -> Consumer:
        if c.waiting & ~c.kept:
            return c._replace(phase="keep waiting")
        if c.failed and not c.kept >> c.failed & 1:
            return c._replace(phase="keep failed")
        if self.broken == "parked after the position":
            return self._after_withdrawal(c)
        return self._written_now(c)

    def _kept(self, c: Consumer, numbers: int) -> Consumer:
        return self._next_to_keep(c._replace(kept=c.kept | numbers))

    def _move(self, world: World, p: int, c: Consumer) -> Step[World]:
        early = self.broken in ("position before effect", "no positions and no cause")
        if c.touched and not c.fresh and not early:
            again = c._replace(phase="read", i=c.at, touched=False, waiting=0, failed=0, known=False, ahead=c.seq)
            return Step(f"c{p} may not move", with_consumer(world, p, self._overtaken(again)._replace(seq=0, flag="")))
        after = self._moved(c._replace(ahead=0))
        if early or not c.touched:
            return Step(f"c{p} need not move", with_consumer(world, p, after))
        return Step(f"c{p} moves to {c.seq} {c.flag}", with_consumer(written(world, c.seq, c.flag), p, after))

    def _overtaken(self, c: Consumer) -> Consumer:
        return c._replace(ahead=0) if self.broken == "what was done is forgotten when overtaken" else c

    def _settle(self, world: World, p: int, c: Consumer) -> Step[World]:
        if c.ahead and not c.fresh:
            return Step(f"c{p} may not settle", with_consumer(world, p, self._read(world, self._overtaken(c))))
        after: Phase = "withdraw" if not c.settling else "follow" if c.ahead and c.flag == "gap" else "commit"
        if not c.ahead:
            return Step(f"c{p} has nothing to settle", with_consumer(world, p, c._replace(phase=after)))
        settled = c._replace(phase=after, ahead=0)
        moved = with_consumer(written(world, c.ahead, c.flag), p, settled._replace(fresh=True))
        return Step(f"c{p} settles {c.ahead} {c.flag}", moved)

    def _moved(self, c: Consumer) -> Consumer:
        if self.broken == "parked after the position":
            return self._next_to_keep(c)
        if c.kept & ~beyond(c.kept, c.seq):
            early = self.broken == "withdrawn before the position says that it is done"
            return c._replace(phase="withdraw" if early else "settle")
        return self._after_withdrawal(c)

    def _after_withdrawal(self, c: Consumer) -> Consumer:
        done = c._replace(touched=False, waiting=0, failed=0, kept=0, i=0)
        return done._replace(phase="follow") if c.flag == "gap" else self._rested(done)

    def _rested(self, c: Consumer) -> Consumer:
        if c.settling:
            return c._replace(phase="commit")
        return c._replace(phase="idle", at=c.upto, upto=0, owes=True)

    def _replaying(self, world: World, r: Replay) -> Iterator[Step[World]]:
        match r.phase:
            case "idle":
                if world.flag:
                    yield Step("an operator puts back", world._replace(replay=Replay("stand")))
            case "stand":
                read = r._replace(phase="look", seq=world.seq, flag=world.flag, fresh=True, reached=0, failed=0)
                yield Step("the position is read", world._replace(replay=read))
            case "look":
                yield self._look(world, r)
            case "attempt":
                yield self._attempt(world, r)
            case "advance":
                yield self._advance(world, r)
            case "keep":
                kept = world._replace(parked=world.parked | 1 << r.failed, replay=Replay())
                yield Step(f"{r.failed} is parked again", kept)
            case "clear":
                yield self._clear(world, r)

    def _look(self, world: World, r: Replay) -> Step[World]:
        waiting = beyond(world.parked, r.seq)
        ahead, left = numbers_of(waiting), world._replace(parked=waiting)
        if not ahead:
            return Step("nothing waits", left._replace(replay=r._replace(phase="clear" if r.flag else "idle")))
        if ahead[0] > r.seq + 1:
            missing = r._replace(phase="advance", reached=r.seq, ahead=ahead)
            return Step(f"{r.seq + 1} is missing", left._replace(replay=missing))
        return Step(f"{ahead} wait", left._replace(replay=r._replace(phase="attempt", ahead=ahead, reached=r.seq)))

    def _attempt(self, world: World, r: Replay) -> Step[World]:
        number = r.ahead[0]
        if number == self.poison and not world.mended:
            failed = r._replace(phase="advance", failed=number, ahead=())
            return Step(f"{number} fails again", world._replace(replay=failed))
        rest = r.ahead[1:]
        going_on = bool(rest) and rest[0] == number + 1
        after = r._replace(ahead=rest if going_on else (), reached=number, phase="attempt" if going_on else "advance")
        return Step(f"{number} is put back", self._effect(world, number)._replace(replay=after))

    def _advance(self, world: World, r: Replay) -> Step[World]:
        """A loop of compare-and-set in the code: the one that succeeds is one step."""
        seq, missing = max(r.reached, world.seq), bool(r.ahead)
        flag: Flag = "failed" if r.failed else "gap" if missing else r.flag or "gap"
        after: ReplayPhase = "keep" if r.failed else "idle" if missing else "stand"
        moved = world if (seq, flag) == (world.seq, world.flag) else written(world, seq, flag)
        rested = r._replace(phase=after, seq=0, flag="", fresh=False, ahead=(), reached=0)
        return Step(f"the position moves to {seq} {flag}", moved._replace(replay=at_rest(rested)))

    def _clear(self, world: World, r: Replay) -> Step[World]:
        if self.broken == "flag cleared without guard":
            return Step("the flag is cleared", written(world, world.seq, "")._replace(replay=Replay()))
        if not r.fresh:
            return Step("the flag may not be cleared", world._replace(replay=Replay("stand", r.owner)))
        return Step("the flag is cleared", written(world, r.seq, "")._replace(replay=Replay()))
