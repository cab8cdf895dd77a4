"""The service on the real broker and database, with a real gateway over HTTP: signed, asked again, and each once."""

import base64
import hashlib
import hmac
import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from shared.chassis.assembling import Assembled
from shared.events.enrolment import ChampionAwarded
from tests.integration.notifications.live import close, introduced, opened, publish
from tests.support.eventually import eventually
from tests.support.scenario import NOW
from tests.support.shoe_works import SetClock
from tests.support.stack import Stack

KEY = b"what only the two of us know"
TOKEN = "what the gateway knows us by"
PEOPLE = ("ann", "ben", "cat", "dan")


class Gateway:
    """Keeps what it took by its key, as its contract says; how it answers may be told ahead, by the address's name.

    `busy`: 503, nothing taken; `lost`: taken, and the connection breaks before the answer; `dead`: no such address.
    """

    def __init__(self) -> None:
        self.ahead: dict[str, deque[str]] = defaultdict(deque)
        self.taken: dict[str, Mapping[str, Any]] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.strangers = 0
        self._lock = Lock()

    def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]] | None:
        """Status and body; None breaks the connection."""
        told = json.loads(body)
        who, key = told["to"].partition("@")[0], headers["Idempotency-Key"]
        with self._lock:
            if not self._is_ours(headers, body):
                self.strangers += 1
                return 401, {}
            self.asked[who, key] += 1
            how = self.ahead[who].popleft() if self.ahead[who] else "well"
            if how == "busy":
                return 503, {}
            if how == "dead":
                return 422, {"code": "address_refused"}
            self.taken.setdefault(key, told)
            return None if how == "lost" else (202, {})

    def to(self, who: str) -> list[str]:
        """The subjects of what somebody is sent by the gateway."""
        return [str(told["subject"]) for told in self.taken.values() if told["to"].startswith(f"{who}@")]

    def _is_ours(self, headers: Mapping[str, str], body: bytes) -> bool:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        same = hmac.compare_digest(headers["webhook-signature"], f"v1,{digest}")
        return same and headers["Authorization"] == f"Bearer {TOKEN}"


@contextmanager
def listening(gateway: Gateway) -> Iterator[int]:
    """Let it listen on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            answer = gateway.answer(dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = answer is None
            if answer is None:
                return
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_told: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # the end waits until every connection is closed from the other side
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def by_webhook(port: int) -> Mapping[str, str]:
    return {
        "SIXSTEPS_MESSAGES_BY": "webhook",
        "SIXSTEPS_WEBHOOK_URL": f"http://127.0.0.1:{port}/messages",
        "SIXSTEPS_WEBHOOK_TOKEN": TOKEN,
        "SIXSTEPS_WEBHOOK_SIGNING_KEY": base64.b64encode(KEY).decode(),
    }


def awarded(person_id: str) -> ChampionAwarded:
    return ChampionAwarded(
        award_id=f"a-{person_id}",
        person_id=person_id,
        enrolment_id="en1",
        home_id="h1",
        home_name="Bryn House",
        version_id="v1",
        covered_codes=("S1",),
        awarded_on=date(2026, 9, 21),
    )


async def test_t11_a_gateway_gets_each_message_signed_and_once_whatever_it_answers_first(
    stack: Stack, database_name: str, topic_prefix: str
) -> None:
    gateway = Gateway()
    gateway.ahead |= {"ben": deque(["busy"]), "cat": deque(["lost"]), "dan": deque(["dead"])}
    with listening(gateway) as port:
        service = await opened(stack, database_name, topic_prefix, by_webhook(port))
        await introduced(service, *PEOPLE)
        for person in PEOPLE:
            await publish(service, awarded(person), f"award-{person}")
        await became(service, ann="sent", ben="deferred", cat="deferred", dan="failed")
        clock = service.around.clock
        assert isinstance(clock, SetClock)
        clock.moment = NOW + timedelta(minutes=2)
        await asked_again(service, 2)
        await became(service, ann="sent", ben="sent", cat="sent", dan="failed")
        for person in PEOPLE:
            await publish(service, awarded(person), f"award-{person}")
        await eventually(lambda: quiet(service), "everything was read again", 40)
        await close(service)
    assert gateway.strangers == 0
    assert [len(gateway.to(person)) for person in PEOPLE] == [1, 1, 1, 0]
    assert sorted(count for (who, _), count in gateway.asked.items() if who != "dan") == [1, 2, 2]
    assert len(gateway.asked) == len(PEOPLE)  # one key for all attempts at a message


async def asked_again(service: Assembled, messages: int) -> None:
    """Tick until so many were asked for: that one is deferred may be seen before it is known when it is due."""
    asked = 0

    async def all_of_them() -> bool:
        nonlocal asked
        asked += await service.readers.ticker.tick()
        return asked == messages

    await eventually(all_of_them, f"{messages} messages are due", 40)


async def became(service: Assembled, **expected: str) -> None:
    """Wait until this has become of the one message to each."""

    async def so() -> bool:
        rows = await service.around.store.find("view_messages", {})
        return {row["row"]["recipient_person_id"]: row["row"]["status"] for row in rows} == expected

    await eventually(so, f"the messages are {expected}", 40)


async def quiet(service: Assembled) -> bool:
    return not any((await service.readers.lag()).values()) and service.relay.backlog == 0
