"""The wire form of a contact card: key = person id, value = the sealed card or a tombstone, two headers."""

import re
from dataclasses import dataclass

from shared.chassis.ports import Headers, Message

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_REVISION = re.compile(r"[1-9][0-9]{0,17}")


class UnreadableCard(Exception):
    """A record on the topic is no contact card; `reason` is a short name without any content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CardRecord:
    """One revision of one person's card; `sealed` is None when the card was erased."""

    person_id: str
    region: str
    revision: int
    sealed: bytes | None

    @property
    def key(self) -> bytes:
        """The record's key on the topic."""
        return self.person_id.encode()

    @property
    def headers(self) -> Headers:
        """What a reader must know before it opens anything, and with a tombstone too."""
        return ("region", self.region.encode()), ("revision", str(self.revision).encode())

    @property
    def about(self) -> str:
        """What the seal is bound to: a card cannot be moved to another person or revision."""
        return "\x1f".join((self.person_id, self.region, str(self.revision)))


def read_record(message: Message) -> CardRecord:
    """Return the card that a record of the topic carries. Raises UnreadableCard."""
    headers = dict(message.headers)
    return CardRecord(
        person_id=_text(message.key, _ID, "person-id"),
        region=_text(headers.get("region"), _ID, "region"),
        revision=int(_text(headers.get("revision"), _REVISION, "revision")),
        sealed=message.value,
    )


def _text(raw: bytes | None, pattern: re.Pattern[str], what: str) -> str:
    try:
        text = (raw or b"").decode("ascii")
    except UnicodeDecodeError as why:
        raise UnreadableCard(what) from why
    if pattern.fullmatch(text) is None:
        raise UnreadableCard(what)
    return text
