"""Who is behind a proxy is known by their own address, where the proxy is one that we trust."""

import base64
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from shared.chassis.running import _server
from shared.chassis.settings import Settings

TOLD = {
    "service": "shoes",
    "deployment": "test",
    "kafka": "k:1",
    "mongo": "mongodb://m",
    "issuers": [{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}],
    "card_keys": f"k:{base64.b64encode(bytes(32)).decode()}",
    "trusted_proxies": "10.0.0.0/8",
}


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """Say by which address the client is known."""
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


@pytest.mark.parametrize(
    ("proxy", "forwarded", "known_as"),
    [
        ("10.1.2.3", "192.0.2.7", "192.0.2.7"),
        ("10.1.2.3", "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("198.51.100.1", "192.0.2.7", "198.51.100.1"),
    ],
    ids=["behind ours", "who made an address up", "behind another"],
)
async def test_a_stranger_is_counted_by_their_own_address(proxy: str, forwarded: str, known_as: str) -> None:
    config = _server(seen, Settings.model_validate(TOLD)).config  # type: ignore[arg-type]  # any app will do
    config.load()
    transport: Any = httpx2.ASGITransport(config.loaded_app, client=(proxy, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shoes.test") as client:
        answer = await client.get("/", headers={"X-Forwarded-For": forwarded})
    assert answer.text == known_as
