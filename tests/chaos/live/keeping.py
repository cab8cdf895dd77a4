"""The ledger outside the platform: every question that was asked, with its key, and every answer that came back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import TokenOf, Who
from shared.chassis.http.asking import cause_named
from shared.chassis.ids import new_id

PATIENCE_SECONDS = 150.0
AT_ONCE = 60


@dataclass
class Entry:
    """One question; `answer` is None as long as nobody knows what came of it."""

    method: str
    who: Who
    service: str
    path: str
    more: Mapping[str, Any]
    answer: Answer | None = None

    @property
    def thing(self) -> str | None:
        """The id of the thing that was answered."""
        return None if self.answer is None else self.answer.id

    def cause(self, key: str) -> str:
        """What the journal calls it."""
        return cause_named(self.who.person_id, self.method, f"/v1/{self.path}", key)


@dataclass
class Ledger:
    """By key. `refused` are answers that nobody expects: what is asked here is asked rightly."""

    entries: dict[str, Entry] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> dict[str, Entry]:
        """What was answered with yes."""
        return {key: entry for key, entry in self.entries.items() if entry.answer is not None}


class KeepingApi(Api):
    """A client that notes each question before it asks, and each answer."""

    def __init__(self, ledger: Ledger, addresses: Mapping[str, str], token_of: TokenOf) -> None:
        super().__init__(addresses, token_of, at_once=AT_ONCE, patience_seconds=PATIENCE_SECONDS)
        self._ledger = ledger
        self._times_asked = Counter[str]()

    @property
    def asked_again(self) -> int:
        """How often a question with a key was asked again with the same key."""
        return self._times_asked.total() - len(self._times_asked)

    async def again(self, key: str) -> Answer:
        """Ask a question of the ledger once more, with its key. Raises Refused."""
        entry = self._ledger.entries[key]
        return await super()._write(entry.method, entry.who, entry.service, entry.path, {}, key=key, **entry.more)

    @override
    async def _once(self, method: str, address: str, headers: Mapping[str, str], more: Mapping[str, Any]) -> Answer:
        if key := headers.get("Idempotency-Key"):
            self._times_asked[key] += 1
        return await super()._once(method, address, headers, more)

    @override
    async def _write(
        self, method: str, who: Who, service: str, path: str, headers: dict[str, str], *, key: str | None, **more: Any
    ) -> Answer:
        key = key or new_id()
        self._ledger.entries[key] = entry = Entry(method, who, service, path, more)
        try:
            entry.answer = await super()._write(method, who, service, path, headers, key=key, **more)
        except Refused as refused:
            self._ledger.refused.append(f"{method} {path}: {refused}")
            raise
        return entry.answer
