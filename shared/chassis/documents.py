"""Free texts: what could name somebody is kept here, redactable, and never enters the journal.

One document per text in `documents`: { _id, stream, field, region, cause, sha256, text, at, … }. It is written before
the commit that refers to it; its id follows from cause, field and text, so a repeated request finds the same one, and
another text under the same key never takes its place.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin

from shared.chassis.declarations.command import Command, FreeText
from shared.chassis.declarations.facts import DocumentRef
from shared.chassis.declarations.hints import members
from shared.chassis.declarations.identity import derived_id
from shared.chassis.holds import Holds
from shared.chassis.ports import Change, Store

DOCUMENTS: Final = "documents"


@dataclass(frozen=True)
class KeptText:
    """A free text as it is kept; `text` is None once it was redacted."""

    document_id: str
    stream: str
    region: str
    text: str | None


class Documents:
    """Keeps, tells and redacts the free texts of one service."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holds = Holds(store, DOCUMENTS)

    async def keep(
        self, command: Command, cause: str, stream: str, region: str, now: datetime
    ) -> Mapping[str, DocumentRef]:
        """Keep the command's free texts, and return the references by field. Raises Unavailable."""
        place = {"stream": stream, "region": region, "cause": cause}
        kept: dict[str, DocumentRef] = {}
        for field in free_texts(type(command)):
            text = getattr(command, field)
            if text is not None:
                kept[field] = await self._keep(field, text, place, now)
        return kept

    async def get(self, document_id: str) -> KeptText | None:
        """The text with where it belongs, or None when there is none."""
        found = (await self._store.get(DOCUMENTS, [document_id])).get(document_id)
        if found is None:
            return None
        return KeptText(document_id, found["stream"], found["region"], found["text"])

    async def text(self, document_id: str) -> str | None:
        """What it says, or None when it was redacted or never was."""
        found = await self.get(document_id)
        return found.text if found else None

    async def redact(self, document_id: str) -> None:
        """Take the words away for good; the reference and its sha256 stay. Redacted twice is redacted once."""
        await self._store.write(DOCUMENTS, [Change(document_id, {"text": None})])

    async def sweep_orphans(self, now: datetime) -> int:
        """Take away the texts to which no commit refers, older than a day; how many there were."""
        gone = 0
        async for document_id in self._holds.orphans(now):
            await self._holds.forget(document_id)
            gone += 1
        return gone

    async def _keep(self, field: str, text: str, place: Mapping[str, str], now: datetime) -> DocumentRef:
        digest = hashlib.sha256(text.encode()).hexdigest()
        document_id = derived_id("document", place["stream"], place["cause"], field, digest)
        record = {"_id": document_id, **place, "field": field, "sha256": digest, "text": text}
        await self._holds.hold(record, now)
        return DocumentRef(document_id=document_id, sha256=digest)


@cache
def free_texts(command: type[Command]) -> Sequence[str]:
    """The fields of the command that are free texts. Raises TypeError for one inside a list or another model."""
    found = []
    for name, field in command.model_fields.items():
        if any(isinstance(mark, FreeText) for mark in field.metadata) or any(map(_marked, members(field.annotation))):
            found.append(name)
        elif _hidden(field.annotation):
            raise TypeError(f"{command.__name__}.{name}: a free text must be a field of its own")
    return tuple(found)


def _marked(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated and any(isinstance(mark, FreeText) for mark in get_args(annotation))


def _hidden(annotation: Any) -> bool:
    return any(_marked(part) or _hidden(part) for part in get_args(annotation))
