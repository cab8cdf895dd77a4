"""What operators do with parked messages: look, put back, give up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.assembling import Assembled
from shared.chassis.declarations.service import Service
from shared.chassis.operating import acting, looking
from shared.chassis.ports import Document
from shared.chassis.reading.parking import stream_id
from shared.chassis.reading.positions import POSITIONS
from shared.chassis.reading.replaying import NotParked, Replayed, Replaying

Find = Callable[[str], Service]


class NoSuchReader(Exception):
    """The service has no reader of this name; the sentence names those it has."""


@dataclass(frozen=True)
class ParkedMessage:
    """One parked message without its bytes. Without a stream nobody knows where it belongs: it holds up nobody."""

    service: str
    id: str
    reader: str
    stream: str | None
    sequence: int | None
    kind: str
    code: str
    tries: int
    at: datetime


@dataclass(frozen=True)
class HeldUp:
    """A stream that a reader cannot go on with. `id` names what holds it up; `why`: `failed`, or `gap` when missing."""

    service: str
    id: str
    reader: str
    stream: str
    sequence: int
    why: str


@dataclass(frozen=True)
class Listing:
    """What waits, and behind what."""

    messages: Sequence[ParkedMessage]
    streams: Sequence[HeldUp]


async def listed(
    environments: Environments, reader: str | None = None, stream: str | None = None, find: Find = manifest
) -> Listing:
    """What is parked in these services, of one reader or one stream where named. Raises NoSuchReader, Unavailable."""
    messages: list[ParkedMessage] = []
    streams: list[HeldUp] = []
    known: set[str] = set()
    for name, settings in environments.items():
        async with looking(find(name), settings) as at:
            known |= set(at.readers.names)
            for each in (each for each in at.readers.names if reader in (None, each)):
                rows = await at.readers.replaying(each).parked()
                messages += [_message(name, row) for row in rows if stream in (None, row["stream"])]
            held_up = await at.around.store.find(POSITIONS, {"parked": {"$in": ["gap", "failed"]}})
            chosen = [row for row in held_up if reader in (None, row["reader"]) and stream in (None, row["stream"])]
            streams += [_held_up(name, row) for row in chosen]
    if reader not in (None, *known):
        raise NoSuchReader(f"there is no reader {reader!r}; there are {', '.join(sorted(known))}")
    return Listing(messages, sorted(streams, key=lambda each: each.id))


def _message(service: str, row: Document) -> ParkedMessage:
    told = {name: row[name] for name in ("reader", "stream", "sequence", "kind", "code", "tries", "at")}
    return ParkedMessage(service=service, id=row["_id"], **told)


def _held_up(service: str, row: Document) -> HeldUp:
    reader, stream, sequence = row["reader"], row["stream"], row["sequence"] + 1
    return HeldUp(service, stream_id(reader, stream, sequence), reader, stream, sequence, row["parked"])


async def shown(service: Service, settings: Mapping[str, str], parked_id: str) -> Document:
    """One parked message with its bytes, also those kept as a file. Raises NotParked, Unavailable."""
    async with looking(service, settings) as at:
        store = at.around.store
        found = await _holding(at, parked_id).show(parked_id)
        kept = await store.fetch_file(found["file"]) if found["file"] else None
        return {**found, "value": kept[0]} if kept else found


async def replayed(
    service: Service,
    settings: Mapping[str, str],
    reader: str,
    stream: str | None = None,
    tell: Callable[[Replayed, int], Any] = lambda *_: None,
) -> list[Replayed]:
    """Put back what a reader has parked, in one stream or in all; `tell` hears of each stream and how many there are.

    Raises NoSuchReader, Leased (somebody else does so already), Unavailable, and ValueError when a gateway lacks a
    setting.
    """
    async with acting(service, settings) as at:
        replaying = _replaying(at, reader)
        streams = [stream] if stream else await replaying.blocked_streams()
        outcomes: list[Replayed] = []
        for each in streams:
            outcomes += await replaying.replay(each)
            tell(outcomes[-1], len(streams))
        return outcomes


async def discarded(service: Service, settings: Mapping[str, str], parked_id: str, reason: str, by: str) -> str | None:
    """Give up on one message, parked or missing; the stream that can now go on, if it is known.

    Raises NotParked, NotNext, Leased, Unavailable.
    """
    stream, bar, sequence = parked_id.partition("|")[2].rpartition("|")
    async with looking(service, settings) as at:
        replaying = _holding(at, parked_id)
        if not bar:
            await replaying.discard_unplaced(parked_id, reason, by)
            return None
        if not sequence.isdecimal():
            raise NotParked(parked_id)
        await replaying.discard(stream, int(sequence), reason, by)
        return stream


def _holding(at: Assembled, parked_id: str) -> Replaying:
    """What the reader that the id begins with has parked; an id that begins otherwise is none."""
    reader = parked_id.partition("|")[0]
    if reader not in at.readers.names:
        raise NotParked(parked_id)
    return at.readers.replaying(reader)


def _replaying(at: Assembled, reader: str) -> Replaying:
    if reader not in at.readers.names:
        raise NoSuchReader(f"{at.service.name} has no reader {reader!r}; it has {', '.join(at.readers.names)}")
    return at.readers.replaying(reader)
