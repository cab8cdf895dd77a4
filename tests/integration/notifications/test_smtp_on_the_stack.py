"""The service on the real broker and database, with a real SMTP server: each person gets each message once."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from shared.chassis.assembling import Assembled
from shared.chassis.declarations.event import Event
from shared.events.enrolment import FacilitatorAssigned
from tests.integration.notifications.live import close, introduced, opened, publish
from tests.support.eventually import eventually
from tests.support.stack import Stack
from tests.unit.notifications.builders import home_enrolled, workshop_scheduled

PEOPLE = ("sam", "ann", "ben", "fay")
EVENTS: tuple[tuple[Event, str], ...] = (
    (workshop_scheduled(), "workshop-w1"),
    (home_enrolled(), "enrolment-en1"),
    (FacilitatorAssigned(cohort_id="c1", person_id="fay"), "cohort-c1"),
)


class Sink:
    """A mail server that keeps who got which subject."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        read = message_from_bytes(envelope.content, policy=default)
        assert re.fullmatch(r"[0-9a-f-]{36}", read["X-Sixsteps-Message"])
        self.taken[(envelope.rcpt_tos[0], read["Subject"])] += 1
        return "250 OK"


@pytest.fixture
async def sink() -> AsyncIterator[tuple[Sink, int]]:
    loop, taking = asyncio.get_running_loop(), Sink()
    server = await loop.create_server(lambda: SMTP(taking, loop=loop, hostname="localhost"), "127.0.0.1", 0)
    yield taking, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


def by_smtp(port: int) -> Mapping[str, str]:
    return {
        "SIXSTEPS_SMTP_HOST": "127.0.0.1",
        "SIXSTEPS_SMTP_PORT": str(port),
        "SIXSTEPS_SMTP_FROM": "sixsteps@example.org",
        "SIXSTEPS_SMTP_TLS": "none",
    }


async def test_t02_each_person_gets_each_message_once_also_when_everything_comes_again(
    stack: Stack, database_name: str, topic_prefix: str, sink: tuple[Sink, int]
) -> None:
    taking, port = sink
    first = await opened(stack, database_name, topic_prefix, by_smtp(port))
    await introduced(first, *PEOPLE)
    for event, stream in EVENTS:
        await publish(first, event, stream)
    await eventually(lambda: len(taking.taken) == 6, "six messages were sent", 40)
    await eventually(lambda: _all_sent(first), "all are recorded as sent")
    await close(first)

    again = await opened(stack, database_name, topic_prefix, by_smtp(port))
    for event, stream in EVENTS:
        await publish(again, event, stream)
    await eventually(lambda: _read(again), "everything was read again", 40)
    await close(again)
    assert set(taking.taken.values()) == {1}
    assert len(taking.taken) == 6


async def _all_sent(assembled: Assembled) -> bool:
    rows = await assembled.around.store.find("view_messages", {})
    return len(rows) == 6 and {row["row"]["status"] for row in rows} == {"sent"}


async def _read(assembled: Assembled) -> bool:
    return not any((await assembled.readers.lag()).values()) and assembled.relay.backlog == 0
