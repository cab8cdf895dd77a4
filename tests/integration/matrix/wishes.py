"""Faults chosen from what really happens: each is wished for at a kind of call, and strikes when such a call comes.

What comes at the same moment goes in one call on the real stack, so nobody can say beforehand which number a call will
have. That a call of its kind comes, everybody can say.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from typing_extensions import override

from tests.support.ports.faults import AFTERWARDS, DEADLY, Call, Kind, Tape

LATEST = 4
FOLDED = ("view_", "deadlines", "positions")
"""Collections in which a batch makes a document or changes it, as it happens to be cut."""
FOR_SPEED = {"indexed"}
"""Calls that change nothing but the speed: to die there is to die anywhere."""


def place_of(port: str, method: str, target: str) -> tuple[str, str, str]:
    """The kind of call that it is, whatever came at the same moment: one document or several, new or changed."""
    folded = method == "write" and target.startswith(FOLDED)
    return (port, "insert" if folded or method == "insert_many" else method, target)


class Wish(NamedTuple):
    """This fault at a call of this kind, after so many others of its kind in the same process."""

    port: str
    method: str
    target: str
    kind: Kind
    after: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.port}.{self.method}({self.target}) after {self.after}"

    @property
    def deadly(self) -> bool:
        """Whether the process dies of it."""
        return self.kind in DEADLY

    @property
    def soon(self) -> "Wish":
        """The same at the very first call."""
        return self._replace(after=0)


def wishes_for(calls: Iterable[tuple[Call, Sequence[Kind]]]) -> list[Wish]:
    """Each fault that can happen at each kind of call, once; each a little later than the one before."""
    kinds = {place_of(*call[:3]): kinds for call, kinds in calls}
    often = Counter(place_of(*call[:3]) for call, _ in calls)
    wishes = [
        Wish(*place, kind, min(at, often[place] // 4, LATEST))
        for place, kinds in sorted(kinds.items())
        for at, kind in enumerate(kinds)
    ]
    return [wish for wish in wishes if not (wish.deadly and wish.method in FOR_SPEED)]


class WishingTape(Tape):
    """Grants one wish after the other; what was granted is written down first, for whoever comes after a death."""

    def __init__(self, wishes: Sequence[Wish], granted: Path, prefix: str, *, hang_seconds: float) -> None:
        super().__init__(hang_seconds=hang_seconds)
        self._granted = granted
        self._prefix = prefix
        self._left = [wish for wish in wishes if wish not in granted_in(granted)]
        self._promised: list[Wish] = []
        self._seen: Counter[tuple[str, str, str]] = Counter()

    @override
    def note(self, port: str, method: str, target: str, kinds: tuple[Kind, ...]) -> Kind | None:
        if not self.running:
            return None
        place = place_of(port, method, target.removeprefix(self._prefix))
        fitting = (wish for wish in self._left if wish[:3] == place and wish.after <= self._seen[place])
        self._seen[place] += 1
        wish = next(fitting, None)
        if wish is None:
            return None
        self._left.remove(wish)
        if wish.kind in AFTERWARDS:
            self._promised.append(wish)
        else:
            self._grant(wish)
        return wish.kind

    @override
    def confirm(self, port: str, method: str, target: str, kind: Kind) -> None:
        place = (*place_of(port, method, target.removeprefix(self._prefix)), kind)
        self._grant(next(wish for wish in self._promised if wish[:4] == place))

    def _grant(self, wish: Wish) -> None:
        with self._granted.open("a") as file:
            file.write(f"{json.dumps(wish)}\n")


def granted_in(file: Path) -> list[Wish]:
    """What has been granted so far."""
    return [Wish(*json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
