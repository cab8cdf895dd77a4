"""Taking every service's database out as files, and putting it back.

Positions are taken first, so that what is put back never says that something was read of which the effects are
missing; readers drop what they read twice. The topics are not in it: they are Kafka's to keep, and `ops republish`
makes them anew from the journals.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.local.environment import Environments
from shared.chassis.ports import Archive, Lot
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.serving import open_archive
from shared.chassis.settings import read_settings

CONTENTS = "contents.json"
Tell = Callable[[str], None]
Lots = Mapping[str, Mapping[str, Lot]]
"""By service and collection, how much lies there and its hash."""


class NoArchive(Exception):
    """There is nothing to put back in that folder, or it is not whole; the sentence says why."""


class NotEmpty(Exception):
    """Something lies where the archive would go; the sentence says where."""


@dataclass(frozen=True)
class Taken:
    """What was taken out or put back, and how long that took."""

    lots: Lots
    seconds: float

    @property
    def documents(self) -> int:
        """How many documents in all."""
        return sum(lot.documents for lots in self.lots.values() for lot in lots.values())


async def backed_up(environments: Environments, folder: Path, tell: Tell = lambda _: None) -> Taken:
    """Write every database into the folder. Raises Unavailable, OSError."""
    began, lots = time.perf_counter(), {}
    for name, settings in environments.items():
        tell(f"taking out {name}")
        async with _opened(name, settings) as store:
            lots[name] = await store.save(folder / name, [POSITIONS])
    await asyncio.to_thread((folder / CONTENTS).write_text, json.dumps(_plain(lots), indent=2))
    return Taken(lots, time.perf_counter() - began)


async def destroyed(environments: Environments) -> None:
    """Take every database away. Raises Unavailable."""
    for name, settings in environments.items():
        async with _opened(name, settings) as store:
            await store.empty()


async def restored(environments: Environments, folder: Path, tell: Tell = lambda _: None) -> Taken:
    """Put back what lies in the folder, and see that it is all there. Raises NoArchive, NotEmpty, Unavailable.

    A database that is what the archive says is left as it is: so whoever was stopped on the way may run it again.
    """
    kept, began = contents(folder), time.perf_counter()
    empty = [name for name, settings in environments.items() if await _to_be_filled(name, settings, folder, kept)]
    for name in empty:
        tell(f"putting back {name}")
        async with _opened(name, environments[name]) as store:
            await store.load(folder / name)
    seconds = time.perf_counter() - began
    return Taken(await digests(environments), seconds)


async def _to_be_filled(name: str, settings: Mapping[str, str], folder: Path, kept: Lots) -> bool:
    """Whether the database is empty; else it must be what was kept already."""
    if name not in kept:
        raise NoArchive(f"{folder} has nothing of {name}.")
    async with _opened(name, settings) as store:
        there = await store.digest()
    if there and differences({name: kept[name]}, {name: there}):
        raise NotEmpty(f"The database of {name} is neither empty nor what the archive holds; nothing was put back.")
    return not there


async def digests(environments: Environments) -> Lots:
    """What lies in every database now. Raises Unavailable."""
    found = {}
    for name, settings in environments.items():
        async with _opened(name, settings) as store:
            found[name] = await store.digest()
    return found


def contents(folder: Path) -> Lots:
    """What the folder is said to hold. Raises NoArchive."""
    try:
        told = json.loads((folder / CONTENTS).read_text())
    except (OSError, ValueError) as wrong:
        raise NoArchive(f"{folder} holds no archive: {wrong}") from wrong
    return {name: {each: Lot(**lot) for each, lot in lots.items()} for name, lots in told.items()}


def differences(before: Lots, after: Lots) -> list[str]:
    """The collections that are not what they were, as sentences. An empty one need not come back."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, {}), after.get(name, {})
        for each in sorted(was.keys() | now.keys()):
            one, other = was.get(each), now.get(each)
            if one != other and (one or other or Lot(0, "")).documents:
                found.append(f"{name} {each}: {_told(one)} before, {_told(other)} after")
    return found


def _told(lot: Lot | None) -> str:
    return "nothing" if lot is None else f"{lot.documents} documents ({lot.sha256[:12]})"


@asynccontextmanager
async def _opened(name: str, settings: Mapping[str, str]) -> AsyncIterator[Archive]:
    store = open_archive(read_settings(name, settings))
    try:
        yield store
    finally:
        await store.close()


def _plain(lots: Lots) -> dict[str, Any]:
    return {name: {each: asdict(lot) for each, lot in found.items()} for name, found in lots.items()}
