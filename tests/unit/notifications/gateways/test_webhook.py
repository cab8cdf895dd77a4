"""The gateway over HTTP, against a transport that answers as told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from typing_extensions import override

from services.notifications.gateways.mail import Appointment, Handover, Mail
from services.notifications.gateways.smtp import SmtpMailer
from services.notifications.gateways.webhook import WebhookMailer, WebhookSettings
from services.notifications.service import gateways
from tests.support.scenario import NOW
from tests.unit.notifications.gateways.test_smtp import SETTINGS

WEBHOOK = {"SIXSTEPS_WEBHOOK_URL": "https://gateway.example.org/messages", "SIXSTEPS_WEBHOOK_TOKEN": "secret"}
ENTRY = Appointment("REQUEST", "w1@workshops.sixsteps", 1, "Step 1", NOW, NOW + timedelta(hours=3), "Library")
MAIL = Mail("m-1", NOW, "ann@example.org", "Hello", "Hello Ann", "<p>Hello Ann</p>", ENTRY)


def mailer(*answers: Any, asked: list[httpx2.Request], settings: Mapping[str, str] = WEBHOOK) -> WebhookMailer:
    left = list(answers)

    async def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        told = left.pop(0)
        if isinstance(told, Exception):
            raise told
        return httpx2.Response(*told) if isinstance(told, tuple) else httpx2.Response(told)

    return WebhookMailer(WebhookSettings.read(settings), httpx2.MockTransport(answer))


@pytest.mark.parametrize(
    ("answer", "handover"),
    [
        (202, Handover.ACCEPTED),
        (429, Handover.BUSY),
        (503, Handover.BUSY),
        (400, Handover.REFUSED),
        (401, Handover.REFUSED),
        (httpx2.ConnectError("gone"), Handover.AWAY),
        (httpx2.ReadTimeout("slow"), Handover.AWAY),
    ],
)
async def test_the_gateways_answer_is_told_apart(answer: Any, handover: Handover):
    assert await mailer(answer, asked=[]).send(MAIL) is handover


async def test_a_dead_address_is_named_by_its_code():
    async def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(422, json={"code": "address_refused"})

    told = WebhookMailer(WebhookSettings.read(WEBHOOK), httpx2.MockTransport(answer))
    assert await told.send(MAIL) is Handover.ADDRESS_REFUSED


async def test_every_attempt_at_a_message_has_the_same_key():
    asked: list[httpx2.Request] = []
    gateway = mailer(httpx2.ReadTimeout("slow"), 200, asked=asked)
    assert [await gateway.send(MAIL), await gateway.send(MAIL)] == [Handover.AWAY, Handover.ACCEPTED]
    assert [request.headers["Idempotency-Key"] for request in asked] == ["m-1", "m-1"]
    assert asked[0].headers["Authorization"] == "Bearer secret"
    body = json.loads(asked[1].content)
    assert (body["to"], body["reference"]) == ("ann@example.org", "m-1")
    assert (body["appointment"]["uid"], body["appointment"]["sequence"]) == (ENTRY.uid, 1)


async def test_with_a_key_every_request_is_signed_as_standard_webhooks_has_it():
    asked: list[httpx2.Request] = []
    key = b"a key of some bytes"
    told = {**WEBHOOK, "SIXSTEPS_WEBHOOK_SIGNING_KEY": f"whsec_{base64.b64encode(key).decode()}"}
    gateway = mailer(200, asked=asked, settings=told)
    await gateway.send(MAIL)
    (request,) = asked
    at = request.headers["webhook-timestamp"]
    signed = f"m-1.{at}.".encode() + request.content
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (request.headers["webhook-id"], int(at)) == ("m-1", int(NOW.timestamp()))
    assert request.headers["webhook-signature"] == f"v1,{digest}"


async def test_without_a_key_nothing_is_signed():
    asked: list[httpx2.Request] = []
    await mailer(200, asked=asked).send(MAIL)
    assert not [name for name in asked[0].headers if name.startswith("webhook-")]


async def test_its_connections_are_closed_with_it_and_another_message_makes_new_ones():
    class Line(httpx2.MockTransport):
        closed = 0

        @override
        async def aclose(self) -> None:
            self.closed += 1

    line = Line(lambda _request: httpx2.Response(202))
    gateway = WebhookMailer(WebhookSettings.read(WEBHOOK), line)
    await gateway.aclose()
    assert (line.closed, await gateway.send(MAIL)) == (0, Handover.ACCEPTED)
    await gateway.aclose()
    await gateway.aclose()
    assert (line.closed, await gateway.send(MAIL)) == (1, Handover.ACCEPTED)


def test_messages_go_by_one_of_two_ways():
    assert isinstance(gateways({**WEBHOOK, "SIXSTEPS_MESSAGES_BY": "webhook"})["mail"], WebhookMailer)
    assert isinstance(gateways({**SETTINGS, "SIXSTEPS_MESSAGES_BY": "smtp"})["mail"], SmtpMailer)
    assert isinstance(gateways(SETTINGS)["mail"], SmtpMailer)
    with pytest.raises(ValueError, match="SIXSTEPS_MESSAGES_BY must be"):
        gateways({**SETTINGS, "SIXSTEPS_MESSAGES_BY": "pigeon"})
    with pytest.raises(ValueError, match="Set SIXSTEPS_WEBHOOK_TOKEN"):
        gateways({"SIXSTEPS_MESSAGES_BY": "webhook", "SIXSTEPS_WEBHOOK_URL": "https://gateway.example.org"})
    with pytest.raises(ValueError, match="SIGNING_KEY must be base64"):
        gateways({**WEBHOOK, "SIXSTEPS_MESSAGES_BY": "webhook", "SIXSTEPS_WEBHOOK_SIGNING_KEY": "not base64!"})
    assert "secret" not in repr(WebhookSettings.read(WEBHOOK))
