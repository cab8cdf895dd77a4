"""The owner of the contact cards: takes them, erases them, and keeps what the topic must be told.

One document per person in `cards`: one update is both the state and the outbox, the last value wins:

    { _id: person id, region, revision, sealed, erased,
      waiting, relayed_revision, turn, turn_until, settles_at }     written by the relay
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.chassis.cards.sealing import BrokenSeal, KeyRing, UnknownKey, key_of
from shared.chassis.cards.trouble import CountTrouble, uncounted, unreadable
from shared.chassis.cards.wire import CardRecord
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.failures import TooManyRaces, UnknownThing, VersionMismatch
from shared.chassis.ports import Collided, Document, Store

CARDS = "cards"
_ATTEMPTS = 20


class PersonErased(Refusal):
    """This person's contact card was erased for good. Register them as a new person."""


@dataclass(frozen=True)
class CardView:
    """A card in clear, as of one revision."""

    fields: Mapping[str, Any]
    region: str
    revision: int


class CardOwner:
    """Writes and reads the cards of one book.

    `wake` is told the person id of every card that waits to be relayed.
    """

    def __init__(
        self, book: CardBook, store: Store, keys: KeyRing, wake: Callable[[str], None], count: CountTrouble = uncounted
    ) -> None:
        self._book = book
        self._store = store
        self._keys = keys
        self._wake = wake
        self._count = count

    async def put(self, person_id: str, fields: Mapping[str, Any], region: str, expected: int | None = None) -> int:
        """Keep these fields as the person's card and return its revision, unchanged when nothing is new.

        With `expected` only if that is the revision now. Raises pydantic's ValidationError, UnknownThing (another
        region's person), PersonErased, VersionMismatch and TooManyRaces.
        """
        plain = orjson.dumps(
            self._book.card.model_validate(fields).model_dump(mode="json"), option=orjson.OPT_SORT_KEYS
        )
        for _ in range(_ATTEMPTS):
            present = await self._document(person_id, region)
            if present is not None and present["erased"]:
                raise PersonErased
            if present is not None and self._says_already(present, plain):
                self._wake(person_id)
                return int(present["revision"])
            revision = int(present["revision"]) if present else 0
            if expected not in (None, revision):
                raise VersionMismatch(version=revision)
            if await self._advance(person_id, region, present, plain):
                return revision + 1
        raise TooManyRaces

    async def erase(self, person_id: str, region: str) -> int:
        """Take all content away for good, here at once and everywhere by a tombstone; return the revision.

        Raises UnknownThing when there never was a card in this region, and TooManyRaces.
        """
        for _ in range(_ATTEMPTS):
            present = await self._document(person_id, region)
            if present is None:
                raise UnknownThing
            if present["erased"]:
                self._wake(person_id)
                return int(present["revision"])
            if await self._advance(person_id, region, present, None):
                return int(present["revision"]) + 1
        raise TooManyRaces

    async def read(self, person_id: str) -> CardView | None:
        """Return the card in clear; None when there is none, it was erased, or its key is not configured."""
        document = (await self._store.get(CARDS, [person_id])).get(person_id)
        plain = self._opened(document) if document else None
        if document is None or plain is None:
            return None
        return CardView(orjson.loads(plain), document["region"], document["revision"])

    async def holds(self, person_id: str) -> bool:
        """Whether anything about how to reach this person is still kept here."""
        document = (await self._store.get(CARDS, [person_id])).get(person_id)
        return document is not None and document["sealed"] is not None

    async def _document(self, person_id: str, region: str) -> Document | None:
        document = (await self._store.get(CARDS, [person_id])).get(person_id)
        if document is not None and document["region"] != region:
            raise UnknownThing
        return document

    def _says_already(self, document: Document, plain: bytes) -> bool:
        """Compare the content; under an older key it is written again, so that keys can be retired."""
        return self._opened(document) == plain and key_of(document["sealed"]) == self._keys.sealing_key

    def _opened(self, document: Document) -> bytes | None:
        if document["sealed"] is None:
            return None
        try:
            return self._keys.unseal(document["sealed"], record_of(document).about)
        except (UnknownKey, BrokenSeal) as why:
            unreadable(self._count, self._book.owner, why.reason, person_id=document["_id"])
            return None

    async def _advance(self, person_id: str, region: str, present: Document | None, plain: bytes | None) -> bool:
        """Write the next revision unless somebody was first."""
        revision = (present["revision"] if present else 0) + 1
        about = CardRecord(person_id, region, revision, None).about
        values = {
            "revision": revision,
            "sealed": None if plain is None else self._keys.seal(plain, about),
            "erased": plain is None,
            "waiting": True,
        }
        if present is None:
            stored = await self._insert({"_id": person_id, "region": region, **values})
        else:
            stored = await self._store.claim(CARDS, person_id, {"revision": present["revision"]}, values)
        if stored:
            self._wake(person_id)
        return stored

    async def _insert(self, document: Document) -> bool:
        try:
            await self._store.insert(
                CARDS, {**document, "relayed_revision": 0, "turn": 0, "turn_until": None, "settles_at": None}
            )
        except Collided:
            return False
        return True


def record_of(document: Document) -> CardRecord:
    """Return what the topic is told about this document."""
    return CardRecord(document["_id"], document["region"], document["revision"], document["sealed"])
