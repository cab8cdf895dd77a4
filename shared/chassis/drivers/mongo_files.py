"""Files in MongoDB, laid out as GridFS does it so that its tools can read them, but read by exact ids.

GridFS's own code looks for the pieces of a file by a range, which is a scan on the embedded server, and leaves pieces
behind that stand in the way of a second try. Here a piece's id follows from its file and place: writing again writes
the same, and the file's own document, written last, makes it exist.
"""

from collections.abc import Mapping
from typing import Any

from pymongo import ReplaceOne

PIECE_BYTES = 255 * 1024
_AT_ONCE = 16


async def keep(database: Any, file_id: str, content: bytes, facts: Mapping[str, Any]) -> None:
    """Keep it; what is kept already stays as it is."""
    if await database["fs.files"].find_one({"_id": file_id}) is not None:
        return
    pieces = [_piece(file_id, number, content) for number in range(_count(len(content)))]
    for start in range(0, len(pieces), _AT_ONCE):
        requests = [ReplaceOne({"_id": piece["_id"]}, piece, upsert=True) for piece in pieces[start : start + _AT_ONCE]]
        await database["fs.chunks"].bulk_write(requests, ordered=False)
    head = {"length": len(content), "chunkSize": PIECE_BYTES, "metadata": dict(facts)}
    await database["fs.files"].update_one({"_id": file_id}, {"$setOnInsert": head}, upsert=True)


async def fetch(database: Any, file_id: str) -> tuple[bytes, Mapping[str, Any]] | None:
    """Its content and facts, or None. Raises LookupError when a piece is missing."""
    head = await database["fs.files"].find_one({"_id": file_id})
    if head is None:
        return None
    ids = [_piece_id(file_id, number) for number in range(_count(head["length"]))]
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), _AT_ONCE):
        cursor = database["fs.chunks"].find({"_id": {"$in": ids[start : start + _AT_ONCE]}})
        found.update({piece["_id"]: piece["data"] for piece in await cursor.to_list(None)})
    if len(found) != len(ids):
        raise LookupError(f"file {file_id}: {len(ids) - len(found)} of {len(ids)} pieces are missing")
    return b"".join(found[one] for one in ids), head["metadata"]


async def drop(database: Any, file_id: str) -> None:
    """Take it away, its pieces last: a file is there or it is not."""
    head = await database["fs.files"].find_one_and_delete({"_id": file_id})
    if head is None:
        return
    ids = [_piece_id(file_id, number) for number in range(_count(head["length"]))]
    await database["fs.chunks"].delete_many({"_id": {"$in": ids}})


def _count(length: int) -> int:
    return -(-length // PIECE_BYTES)


def _piece_id(file_id: str, number: int) -> str:
    return f"{file_id}:{number}"


def _piece(file_id: str, number: int, content: bytes) -> dict[str, Any]:
    start = number * PIECE_BYTES
    data = content[start : start + PIECE_BYTES]
    return {"_id": _piece_id(file_id, number), "files_id": file_id, "n": number, "data": data}
