"""The part of a reader's model that puts parked messages back, for an operator or a consumer that follows up a gap."""

from collections.abc import Iterator

from tests.unit.protocol.exploring import Step
from tests.unit.protocol.reader_world import (
    Broken,
    Flag,
    Replay,
    ReplayPhase,
    World,
    at_rest,
    beyond,
    effect,
    numbers_of,
    written,
)


class PuttingBack:
    """The steps of whoever holds the lease, with at most one bug planted."""

    def __init__(self, poison: int, broken: Broken | None = None) -> None:
        self.poison = poison
        self.broken = broken

    def steps(self, world: World, r: Replay) -> Iterator[Step[World]]:
        """What can happen next."""
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
        return Step(f"{number} is put back", effect(world, number, self.broken)._replace(replay=after))

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
