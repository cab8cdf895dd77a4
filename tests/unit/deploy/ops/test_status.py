"""What is said of an address where something else answers than a service of ours."""

import asyncio

import pytest

from deploy.ops.status import Http, _http


@pytest.mark.parametrize("body", ["[]", "words"])
async def test_what_is_not_a_service_does_not_answer_as_one(body: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        assert await _http(address) == Http(address, up=False, ready=False)
