"""Changing documents only when nobody else has: each carries the mark of its last writer.

The mark is new with every write. A writer replaces a document only while it still carries the mark that was read, and
where the answer leaves a doubt it looks whose mark is there. So two writers never undo each other's work, and a lost
reply is seen for what it was.
"""

from collections.abc import Mapping, Sequence

from shared.chassis.ports import Collided, Document, Put, Store
from shared.chassis.reading.patience import Patience


async def put_guarded(
    store: Store,
    patience: Patience,
    collection: str,
    documents: Sequence[Document],
    seen: Mapping[str, str | None],
) -> frozenset[str]:
    """Store the documents whose mark is still as `seen` (None: there was none); the ids not stored."""
    if not documents:
        return frozenset()
    new = [document for document in documents if seen[document["_id"]] is None]
    known = [document for document in documents if seen[document["_id"]] is not None]
    doubtful: list[Document] = []
    if new:
        collisions = await patience.insist("database", lambda: store.insert_many(collection, new))
        doubtful += [new[position] for position in collisions]
    if known and not await _replaced(store, patience, collection, known, seen):
        doubtful += known
    wanted = {document["_id"]: document["mark"] for document in doubtful}
    there = await patience.insist("database", lambda: store.get(collection, list(wanted))) if wanted else {}
    return frozenset(name for name, mark in wanted.items() if there.get(name, {}).get("mark") != mark)


async def _replaced(
    store: Store, patience: Patience, collection: str, known: Sequence[Document], seen: Mapping[str, str | None]
) -> bool:
    """Whether all of them certainly took effect. If not, whose mark is there tells what came of each."""
    puts = [Put(each, {"mark": seen[each["_id"]]}) for each in known]
    try:
        return await patience.insist("database", lambda: store.write(collection, puts))
    except Collided:
        return False
