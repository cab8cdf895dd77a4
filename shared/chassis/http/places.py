"""One address that is served; it makes itself known, so that measures and logs name the address and never an id."""

from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import override


class Place(Route):
    """A route that leaves its pattern in the request's scope as `place`."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["place"] = self.path
        await super().handle(scope, receive, send)
