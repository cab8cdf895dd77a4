"""One address that is served; it makes itself known, so that measures and logs name the address and never an id."""

from collections.abc import Awaitable, Callable

from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import override

Gate = Callable[[], Awaitable[None]]
"""Returns when a request may pass; raises the Problem that says why not."""


class Place(Route):
    """A route that leaves its pattern in the request's scope as `place`; with a gate, it is passed first."""

    gate: Gate | None = None

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["place"] = self.path
        if self.gate is not None and scope["method"] not in ("GET", "HEAD"):
            await self.gate()
        await super().handle(scope, receive, send)
