"""The journey's client as a careless caller uses it: without an Idempotency-Key."""

from typing import Any

from typing_extensions import override

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who


class KeylessApi(Api):
    """Never sends a key, so that a repeated request is known by nothing but what it says."""

    @override
    async def _write(
        self, method: str, who: Who, service: str, path: str, headers: dict[str, str], *, key: str | None, **more: Any
    ) -> Answer:
        del key
        return await self._send(method, who, service, path, headers, **more)
