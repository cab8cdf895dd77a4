"""The clock port with a test in between: nobody's clock is ever away, but its reader may die."""

from datetime import datetime

from shared.chassis.ports import Clock
from tests.support.ports.faults import Life, Line, Tape


class PortClock:
    """See `ports.Clock`."""

    def __init__(self, inner: Clock, tape: Tape, life: Life) -> None:
        self._inner = inner
        self._line = Line("clock", tape, life, ("killed before",))

    def now(self) -> datetime:
        self._line.moment("now")
        return self._inner.now()

    async def sleep(self, seconds: float) -> None:
        await self._line.through("sleep", "", lambda: self._inner.sleep(seconds))
