"""Tools of an errand or a query, in memory: streams, contact cards and a gateway, as a test tells them."""

from collections.abc import Mapping
from typing import Any

from services.notifications.gateways.memory import MemoryMailer


class MemoryTools:
    def __init__(self, things: Mapping[Any, Any], cards: Mapping[str, Any], mailer: MemoryMailer) -> None:
        self.things = things
        self.cards = cards
        self.mailer = mailer
        self.look = self._look

    async def _look(self, state: type[Any], thing_id: str) -> Any:
        return self.things.get((state, thing_id))

    async def card(self, person_id: str) -> Mapping[str, Any] | None:
        return self.cards.get(person_id)

    async def addressee(self, person_id: str) -> Mapping[str, Any] | None:
        return self.cards.get(person_id)

    async def text(self, document_id: str) -> str | None:
        return None

    def gateway(self, name: str) -> Any:
        return {"mail": self.mailer}[name]
