"""A whole database as files, and back: one file of BSON documents for each collection, as `mongodump` lays them out.

Indexes are not kept: a service makes its own when it starts. Free text lies in it in clear: keep it as you keep the
database itself.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from bson import decode_file_iter
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne

from shared.chassis.drivers.mongo_errors import told
from shared.chassis.ports import Lot

_AT_ONCE = 500
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_SYSTEM = "system."


async def save(database: Any, folder: Path, first: Sequence[str]) -> Mapping[str, Lot]:
    """Write every collection into the folder; those named `first` before the others. Raises Unavailable, OSError."""
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    names = await _collections(database)
    found = {}
    for name in sorted(names, key=lambda name: (name not in first, name)):
        found[name] = await _save(database[name], folder / f"{name}.bson")
    return found


async def digest(database: Any) -> Mapping[str, Lot]:
    """What lies in the database now. Raises Unavailable."""
    return {name: await _digest(database[name]) for name in await _collections(database)}


async def load(database: Any, folder: Path) -> Mapping[str, int]:
    """Put every collection of the folder into the database, which must be empty. Raises Unavailable, OSError."""
    return {file.stem: await _load(database[file.stem], file) for file in _files(folder)}


async def empty(database: Any) -> None:
    """Take every collection away. Raises Unavailable."""
    for name in await _collections(database):
        async with told():
            await database[name].drop()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.bson"))


async def _collections(database: Any) -> list[str]:
    async with told():
        names = await database.list_collection_names()
    return sorted(name for name in names if not name.startswith(_SYSTEM))


async def _save(collection: Any, file: Path) -> Lot:
    summing = _Sum()
    with _private(file) as out:
        async for document in _documents(collection):
            out.write(document)
            summing.add(document)
    return summing.kept()


async def _digest(collection: Any) -> Lot:
    summing = _Sum()
    async for document in _documents(collection):
        summing.add(document)
    return summing.kept()


async def _documents(collection: Any) -> AsyncIterator[bytes]:
    async with told():
        async for document in collection.with_options(codec_options=_RAW).find({}, batch_size=_AT_ONCE):
            yield document.raw


async def _load(collection: Any, file: Path) -> int:
    number = 0
    page: list[Any] = []
    with file.open("rb") as source:
        for document in decode_file_iter(source, _RAW):
            page.append(InsertOne(document))
            number += 1
            if len(page) == _AT_ONCE:
                await _write(collection, page)
                page = []
    await _write(collection, page)
    return number


async def _write(collection: Any, page: list[Any]) -> None:
    if page:
        async with told():
            await collection.bulk_write(page, ordered=False)


def _private(file: Path) -> BinaryIO:
    file.unlink(missing_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Sum:
    """The sum of the hashes of all documents: the same in any order, and a document that is there twice shows."""

    def __init__(self) -> None:
        self._documents = 0
        self._total = 0

    def add(self, document: bytes) -> None:
        self._documents += 1
        self._total = (self._total + int.from_bytes(hashlib.sha256(document).digest())) % 2**256

    def kept(self) -> Lot:
        return Lot(self._documents, f"{self._total:064x}")
