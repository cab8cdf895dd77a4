"""A token is believed, except where the service knows that its bearer does not have a role at a unit."""

from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.moments import local_day
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.standing import Standing
from shared.chassis.http.tokens import Authenticator
from shared.chassis.ports import Clock, Store
from shared.chassis.reading.projections import view_collection


class StandingAuthenticator:
    """Asks another authenticator, and notes on the actor what they do not have."""

    def __init__(self, tokens: Authenticator, collection: str, store: Store, clock: Clock, zone: str = "UTC") -> None:
        self._tokens = tokens
        self._collection = collection
        self._store = store
        self._clock = clock
        self._zone = zone

    async def actor(self, authorization: str | None) -> Actor | None:
        """The actor whom this `Authorization` header names; None without one. Raises Problem 401, and Unavailable."""
        actor = await self._tokens.actor(authorization)
        if actor is None or not actor.units:
            return actor
        found = (await self._store.get(self._collection, [actor.id])).get(actor.id)
        if found is None or found["row"] is None:
            return actor
        standing = Standing.model_validate(found["row"])
        return actor.model_copy(update={"lacks": standing.lacks(local_day(self._clock.now(), self._zone))})


def with_standing(tokens: Authenticator, service: Service, store: Store, clock: Clock) -> Authenticator:
    """The authenticator, watched over by the service's standing view if it has one."""
    if service.standing is None:
        return tokens
    collection = view_collection(service.standing.path)
    return StandingAuthenticator(tokens, collection, store, clock, service.zone)
