"""The protocol of one reader (design.md section 6), as a model of one stream: taking, parking, putting back.

Two consumers that believe at the same time that the partition is theirs, each with a remembered position of its own;
an operator, or a consumer that follows up a gap, who puts parked messages back (one at a time: they hold a lease);
whoever is at work may crash, and begins again where the group's offset is. One event fails until it is mended.

The position is changed by compare-and-set: a copy of it is `fresh` until somebody else writes. It is written at once
where the stream is held up; else some time later, before the offset. A partition may change hands in between: then a
consumer begins again where the offset is, with what it remembers. `broken` plants one bug.
"""

from collections.abc import Iterator

from tests.unit.protocol.exploring import Step
from tests.unit.protocol.reader_putting_back import PuttingBack
from tests.unit.protocol.reader_world import (
    BATCH,
    OPERATOR,
    Broken,
    Consumer,
    Phase,
    Replay,
    Topic,
    World,
    beyond,
    effect,
    numbers_of,
    with_consumer,
    written,
)


class Protocol:
    """The steps of the protocol, with at most one bug planted."""

    def __init__(self, topic: Topic, broken: Broken | None = None) -> None:
        self.log = topic.log
        self.poison = topic.poison
        self.broken = broken
        self._putting_back = PuttingBack(topic.poison, broken)

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
        yield from self._putting_back.steps(world, world.replay)
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
                yield self._move_early(world, p, c)
            case "work":
                yield self._work(world, p, c)
            case "keep waiting":
                yield self._keep(world, p, c, c.waiting)
            case "keep failed":
                yield self._keep(world, p, c, 1 << c.failed)
            case "move":
                yield self._move(world, p, c)
            case "settle":
                yield self._settle(world, p, c)
            case "withdraw":
                yield self._withdraw(world, p, c)
            case "follow" | "followed":
                yield from self._follow_up(world, p, c)
            case "commit":
                yield self._commit(world, p, c)

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

    def _move_early(self, world: World, p: int, c: Consumer) -> Step[World]:
        seq = max(c.seq, *self.log[c.at : c.upto])
        return Step(f"c{p} moves ahead", written(with_consumer(world, p, c._replace(phase="work")), seq, c.flag))

    def _work(self, world: World, p: int, c: Consumer) -> Step[World]:
        number = self.log[c.i]
        if number == self.poison and not world.mended:
            after = c._replace(i=c.i + 1, failed=number, flag="failed", touched=True)
            if self.broken == "skip the poison without parking what follows":
                after = after._replace(flag=c.flag, seq=number)
            return Step(f"c{p} fails at {number}", with_consumer(world, p, self._past_what_waits(after)))
        after = c._replace(i=c.i + 1, seq=max(number, c.seq), touched=True)
        return Step(
            f"c{p} does {number}", with_consumer(effect(world, number, self.broken), p, self._past_what_waits(after))
        )

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

    def _keep(self, world: World, p: int, c: Consumer, numbers: int) -> Step[World]:
        after = self._next_to_keep(c._replace(kept=c.kept | numbers))
        parked = with_consumer(world._replace(parked=world.parked | numbers), p, after)
        return Step(f"c{p} parks {numbers_of(numbers)}", parked)

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

    def _withdraw(self, world: World, p: int, c: Consumer) -> Step[World]:
        left = world.parked & ~(c.kept & ~beyond(c.kept, c.seq))
        return Step(f"c{p} withdraws", with_consumer(world._replace(parked=left), p, self._after_withdrawal(c)))

    def _after_withdrawal(self, c: Consumer) -> Consumer:
        done = c._replace(touched=False, waiting=0, failed=0, kept=0, i=0)
        return done._replace(phase="follow") if c.flag == "gap" else self._rested(done)

    def _follow_up(self, world: World, p: int, c: Consumer) -> Iterator[Step[World]]:
        if c.phase == "follow" and world.replay.phase == "idle":
            following = world._replace(replay=Replay("stand", p))
            yield Step(f"c{p} follows up", with_consumer(following, p, c._replace(phase="followed")))
        if c.phase == "followed" and (world.replay.phase == "idle" or world.replay.owner != p):
            yield Step(f"c{p} has followed up", with_consumer(world, p, self._rested(c)))

    def _rested(self, c: Consumer) -> Consumer:
        if c.settling:
            return c._replace(phase="commit")
        return c._replace(phase="idle", at=c.upto, upto=0, owes=True)

    def _commit(self, world: World, p: int, c: Consumer) -> Step[World]:
        offset = max(world.offset, c.at)
        settled = c._replace(phase="idle", owes=False, settling=False)
        return Step(f"c{p} commits offset {c.at}", with_consumer(world._replace(offset=offset), p, settled))
