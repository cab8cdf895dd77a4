"""aiokafka's connection, made to say that it is broken.

Under uvloop a write to a connection that has just ended raises RuntimeError, where asyncio's own loop drops the bytes;
aiokafka expects OSError only (its issue 1038). Whichever of its tasks wrote then, died of it: a reader never read again
until its process was started anew. Every connection of aiokafka is one of these from the import of this module on;
aiokafka offers no other way to choose.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import conn as connections
from aiokafka.errors import KafkaConnectionError
from typing_extensions import override


class TellingConnection(connections.AIOKafkaConnection):  # type: ignore[misc]  # aiokafka has no types
    """A connection that closes itself and raises KafkaConnectionError when it turns out to have ended."""

    @override
    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:
        with self._told():
            answer: Awaitable[Any] = super().send(request, expect_response)
        return answer

    @override
    def _send_sasl_token(self, payload: bytes, expect_response: bool = True) -> Awaitable[Any]:
        with self._told():
            answer: Awaitable[Any] = super()._send_sasl_token(payload, expect_response)
        return answer

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as ended:
            self.close(reason=connections.CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError("the connection has ended") from ended


connections.AIOKafkaConnection = TellingConnection
