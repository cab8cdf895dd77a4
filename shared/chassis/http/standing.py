"""A token is believed, except where the service knows that a role of its bearer has ended at a unit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.standing import Standing
from shared.chassis.declarations.view import View
from shared.chassis.http.lists import collection_of
from shared.chassis.http.tokens import Authenticator
from shared.chassis.ports import Clock, Store


class StandingAuthenticator:
    """Asks another authenticator, and notes on the actor what has ended."""

    def __init__(self, tokens: Authenticator, view: View[Any], collection: str, store: Store, clock: Clock) -> None:
        self._tokens = tokens
        self._view = view
        self._collection = collection
        self._store = store
        self._clock = clock

    async def actor(self, authorization: str | None) -> Actor | None:
        """The actor whom this `Authorization` header names; None without one. Raises Problem 401, and Unavailable."""
        actor = await self._tokens.actor(authorization)
        if actor is None or not actor.units:
            return actor
        found = (await self._store.get(self._collection, [actor.id])).get(actor.id)
        if found is None or found["row"] is None:
            return actor
        standing: Standing = self._view.row.model_validate(found["row"])
        today = self._clock.now().date()
        return actor.model_copy(update={"ended": _ended(standing.ended, today)})


def _ended(ended: Mapping[str, Mapping[str, date]], today: date) -> Mapping[str, frozenset[str]]:
    return {role: frozenset(unit for unit, day in units.items() if day <= today) for role, units in ended.items()}


def with_standing(tokens: Authenticator, service: Service, store: Store, clock: Clock) -> Authenticator:
    """The authenticator, watched over by the service's standing view if it has one."""
    if service.standing is None:
        return tokens
    return StandingAuthenticator(tokens, service.standing, collection_of(service.standing), store, clock)
