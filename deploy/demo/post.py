"""Behind the scenes: how many messages of each template were sent, read from the topic as it grows.

The list of messages says the same, but asking for all of it again and again costs the more the longer it is.
"""

from collections import Counter
from typing import Final

import orjson

from shared.chassis.drivers.kafka_observer import KafkaObserver
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.ports import Message
from shared.chassis.wire import topic_of

SENT: Final = b"sixsteps.notifications.MessageSent.v1"


class Post:
    """Counts what was sent so far; every record is read once."""

    def __init__(self, kafka: str, prefix: str = "") -> None:
        self._observer = KafkaObserver(KafkaOptions(servers=kafka, client="demo-post"))
        self._topic = topic_of(prefix, "notifications")
        self._read_up_to: dict[int, int] = {}
        self._templates: dict[str, str] = {}

    async def close(self) -> None:
        """Disconnect."""
        await self._observer.close()

    async def sent(self, template: str) -> int:
        """How many messages of this template were sent. Raises Unavailable."""
        async for message in self._observer.read_all(self._topic, self._read_up_to):
            self._read_up_to[message.partition] = message.offset
            self._note(message)
        return Counter(self._templates.values())[template]

    def _note(self, message: Message) -> None:
        if dict(message.headers).get("ce_type") == SENT:
            data = orjson.loads(message.value or b"{}")
            self._templates[data["message_id"]] = data["template_key"]
