"""One collection takes the place of another, document by document.

Renaming would be one step on MongoDB, but the embedded server forgets a renamed collection when it starts again. So
the new documents are written over the old ones, what is not among them is taken away, and the replacement is
dropped last. Each document changes in one step, the whole does not: a reader may see old and new documents side by
side for a moment, and swapping again finishes what a crash interrupted. Whoever writes to the collection meanwhile
must stop first.
"""

from collections.abc import Sequence
from typing import Any

from shared.chassis.drivers.mongo_writes import carry_out
from shared.chassis.ports import Put, Remove, Write

_AT_ONCE = 500


async def swap(database: Any, collection: str, replacement: str) -> None:
    """Let the documents of `replacement` take the place of those of `collection`."""
    kept = await _copy(database[replacement], database[collection])
    gone = [Remove(one) for one in await _ids(database[collection]) if one not in kept]
    await _write(database[collection], gone)
    await database[replacement].drop()


async def _copy(source: Any, target: Any) -> set[str]:
    copied: set[str] = set()
    page: list[Write] = []
    async for document in source.find({}, batch_size=_AT_ONCE):
        copied.add(document["_id"])
        page.append(Put(document))
        if len(page) == _AT_ONCE:
            await carry_out(target, page)
            page = []
    await _write(target, page)
    return copied


async def _write(target: Any, writes: Sequence[Write]) -> None:
    for start in range(0, len(writes), _AT_ONCE):
        await carry_out(target, writes[start : start + _AT_ONCE])


async def _ids(source: Any) -> list[str]:
    return [document["_id"] async for document in source.find({}, {"_id": 1}, batch_size=_AT_ONCE)]
