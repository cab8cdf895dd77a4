"""Looks inside one service from beside it, as an operator does: its database, and how far its readers are.

Only to wait until a service has come to rest, and to audit it; what a test asserts comes from outside.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.services import manifest
from shared.chassis.assembling import Assembled, assemble
from shared.chassis.cards.owner import CARDS
from shared.chassis.cards.topic import card_group
from shared.chassis.commits import JOURNAL
from shared.chassis.ports import Store
from shared.chassis.reading.projections import DEADLINES
from shared.chassis.serving import around_by
from shared.chassis.settings import PREFIX, Settings


@dataclass(frozen=True)
class Inside:
    """A service put together but not running."""

    service: Assembled
    card_group: str | None

    @property
    def store(self) -> Store:
        """Its database."""
        return self.service.around.store

    async def restless(self, now: datetime) -> Mapping[str, int]:
        """How much is yet to be relayed or asked for, by what it is; empty when there is nothing."""
        commits, deadlines, cards = await asyncio.gather(
            self.store.count(JOURNAL, {"relayed": False}),
            self.store.count(DEADLINES, {"asked": False, "due_at": {"$lte": now}}),
            self.store.count(CARDS, {"waiting": True}),
        )
        waiting = {"commits": commits, "deadlines": deadlines, "cards": cards}
        return {what: number for what, number in waiting.items() if number}

    async def lag(self) -> Mapping[str, int]:
        """Records that each of its groups has not done with."""
        found = dict(await self.service.readers.lag())
        if self.card_group is not None:
            found["cards"] = await self.service.around.broker.lag(self.card_group)
        return found

    def reading(self) -> Mapping[str, frozenset[str]]:
        """The topics that each of its consumer groups reads."""
        broker: Any = self.service.around.broker
        return {reader.group: frozenset(reader.topics) for reader in broker._readers}

    def groups(self) -> Mapping[str, frozenset[str]]:
        """Its consumer groups by name, with every topic that any of them reads."""
        return dict.fromkeys(self.service.readers.groups.values(), self.service.readers.topics)

    async def close(self) -> None:
        """Let its connections go."""
        await self.service.around.broker.stop()
        await self.store.close()


def inside(name: str, environment: Mapping[str, str]) -> Inside:
    """The service of this name with the settings it runs with."""
    told = {key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if key.startswith(PREFIX)}
    settings = Settings.model_validate({"service": name, **told})
    assembled = assemble(manifest(name), around_by(settings, {}))
    assembled.subscribe()
    has_cards = manifest(name).cards is not None
    return Inside(assembled, card_group(name, settings.topic_prefix) if has_cards else None)
