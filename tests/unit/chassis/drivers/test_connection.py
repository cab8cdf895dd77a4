"""A connection that has ended says so in a way that aiokafka understands."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.admin import ApiVersionRequest

import shared.chassis.drivers.kafka_options  # noqa: F401 - as every driver does


class Ended:
    """A writer whose transport is closed, as uvloop's is."""

    def write(self, data: bytes) -> None:
        """Raise what uvloop raises."""
        raise RuntimeError(f"unable to perform operation on a closed transport; {len(data)} bytes")

    def close(self) -> None:
        """Nothing is open any more."""


WRITES: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "a request": lambda connection: connection.send(ApiVersionRequest()),
    "a part of signing in": lambda connection: connection._send_sasl_token(b"me"),
}


@pytest.mark.parametrize("write", WRITES)
async def test_what_is_written_to_a_connection_that_has_ended_meets_a_broken_connection(write: str) -> None:
    connection = conn.AIOKafkaConnection("127.0.0.1", 1)
    connection._reader, connection._writer = object(), Ended()
    connection._read_task = asyncio.create_task(asyncio.sleep(0))
    connection._closed_fut = asyncio.get_running_loop().create_future()
    with pytest.raises(KafkaConnectionError):
        await WRITES[write](connection)
    assert not connection.connected()
