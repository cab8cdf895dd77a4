"""The copies of the contact cards: every service that shows a name keeps its own, until the tombstone.

One document per person in `card_copies`: { _id: person id, region, revision, sealed, erased }. After a
tombstone the document stays without any content, so that an earlier revision that comes late brings nothing
back.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from shared.chassis.cards.sealing import BrokenSeal, KeyRing, UnknownKey
from shared.chassis.cards.topic import card_group, card_topic
from shared.chassis.cards.trouble import CountTrouble, uncounted, unreadable
from shared.chassis.cards.wire import CardRecord, UnreadableCard, read_record
from shared.chassis.declarations.cards import CardBook
from shared.chassis.ports import Consumer, Document, Message, Put, Store

COPIES = "card_copies"


class CardCopies:
    """Keeps and reads one service's copies of a card book."""

    def __init__(
        self, book: CardBook, service: str, store: Store, keys: KeyRing, count: CountTrouble = uncounted
    ) -> None:
        self._book = book
        self._service = service
        self._store = store
        self._keys = keys
        self._count = count

    def subscribe(self, consumer: Consumer, prefix: str = "") -> None:
        """Read the topic from its very beginning, as a group of this service."""
        consumer.subscribe([card_topic(self._book, prefix)], card_group(self._service, prefix), self.on_batch)

    async def on_batch(self, messages: Sequence[Message]) -> None:
        """Take these records over; what is no card is reported and passed by. Raises Unavailable."""
        latest: dict[str, CardRecord] = {}
        for record in filter(None, map(self._readable, messages)):
            known = latest.get(record.person_id)
            if known is None or known.revision < record.revision:
                latest[record.person_id] = record
        if latest:
            await self._store.write(COPIES, [_unless_later(record) for record in latest.values()])

    async def get(
        self, person_ids: Sequence[str], regions: Collection[str] | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """Return the cards in clear by person id, of these regions (None: all).

        Who is unknown, erased or unreadable is left out.
        """
        kept = await self._store.get(COPIES, list(dict.fromkeys(person_ids))) if person_ids else {}
        found = {
            person_id: self._opened(_record(document))
            for person_id, document in kept.items()
            if regions is None or document["region"] in regions
        }
        return {person_id: fields for person_id, fields in found.items() if fields is not None}

    async def holds(self, person_id: str) -> bool:
        """Whether anything about how to reach this person is still kept here."""
        document = (await self._store.get(COPIES, [person_id])).get(person_id)
        return document is not None and document["sealed"] is not None

    def _readable(self, message: Message) -> CardRecord | None:
        """Return the record, or None when it is no card; one under a key yet to come is kept."""
        try:
            record = read_record(message)
        except UnreadableCard as why:
            self._report(message, why.reason)
            return None
        return record if self._opens(record, message) else None

    def _opens(self, record: CardRecord, message: Message) -> bool:
        if record.sealed is None:
            return True
        try:
            _fields(self._keys.unseal(record.sealed, record.about))
        except UnknownKey as why:
            self._report(message, why.reason)
        except (UnreadableCard, BrokenSeal) as why:
            self._report(message, why.reason)
            return False
        return True

    def _report(self, message: Message, reason: str) -> None:
        unreadable(
            self._count, self._service, reason, topic=message.topic, partition=message.partition, offset=message.offset
        )

    def _opened(self, record: CardRecord) -> Mapping[str, Any] | None:
        if record.sealed is None:
            return None
        try:
            return _fields(self._keys.unseal(record.sealed, record.about))
        except (UnknownKey, BrokenSeal) as why:
            unreadable(self._count, self._service, why.reason, person_id=record.person_id)
            return None


def _unless_later(record: CardRecord) -> Put:
    """Write the card unless this or a later revision is kept, also when two readers meet in a handover."""
    document = {
        "_id": record.person_id,
        "region": record.region,
        "revision": record.revision,
        "sealed": record.sealed,
        "erased": record.sealed is None,
    }
    return Put(document, guard={"revision": {"$lt": record.revision}})


def _record(document: Document) -> CardRecord:
    return CardRecord(document["_id"], document["region"], document["revision"], document["sealed"])


def _fields(plain: bytes) -> Mapping[str, Any]:
    """Return the fields in what was sealed. Raises UnreadableCard: sealed by one of us, yet no card."""
    try:
        fields = orjson.loads(plain)
    except orjson.JSONDecodeError:
        # from None: the error would carry the content into a log.
        raise UnreadableCard("content") from None
    if not isinstance(fields, dict):
        raise UnreadableCard("content")
    return fields
