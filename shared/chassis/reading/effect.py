"""What a reader does with messages that are next in their streams."""

from collections.abc import Sequence
from typing import Protocol

from shared.chassis.reading.failure import Failure
from shared.chassis.reading.item import Item


class Effect(Protocol):
    """The work of one batch. Whatever it does must be harmless when it is done again.

    When `side_by_side`, each lane goes at its own pace; else all lanes go in step and `apply` gets one item of each.
    """

    side_by_side: bool

    async def begin(self, items: Sequence[Item]) -> None:
        """Get ready for these; not all of them may be taken in the end."""
        ...

    async def apply(self, items: Sequence[Item]) -> Sequence[Failure | None]:
        """Take these, no two of one lane; for each, why not, or None. Retries what is worth it by itself."""
        ...

    async def finish(self) -> bool:
        """Store what is not stored yet; False when somebody else wrote meanwhile and all must be done anew."""
        ...
