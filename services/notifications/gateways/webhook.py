"""Hands messages to a gateway over HTTP: whatever sends e-mails for the operator, behind one small contract.

`POST` to one address, a bearer token, JSON with `to`, `subject`, `text`, `html`, `reference`, and an `Idempotency-Key`
that is the same for every attempt at a message: so a lost answer may be asked for again, and nobody gets it twice.
With a signing key also `webhook-id`, `webhook-timestamp` and `webhook-signature` as Standard Webhooks 1.0 has them: the
gateway can tell that nobody between changed a word.

2xx: taken. 422 with the code `address_refused`: the address is dead. 408, 425, 429 and 5xx: later. Any other no is for
good. What became of it later the gateway reports to `POST /v1/messages/{reference}:record-receipt`.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from services.notifications.gateways.mail import Handover, Mail

LATER = frozenset({408, 425, 429})
UNPROCESSABLE = 422
SERVER_ERROR = 500


@dataclass(frozen=True)
class WebhookSettings:
    """Where the gateway is. `timeout_seconds` must stay below the time that the chassis gives an errand."""

    url: str
    token: str = field(repr=False)
    timeout_seconds: float = 20.0
    signing_key: bytes | None = field(default=None, repr=False)

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> "WebhookSettings":
        """Read `SIXSTEPS_WEBHOOK_*`. Raises ValueError with a sentence that says what is missing or wrong."""
        return cls(
            url=_needed(settings, "URL", "the address of the gateway that sends messages"),
            token=_needed(settings, "TOKEN", "the token that the gateway knows us by"),
            timeout_seconds=float(settings.get("SIXSTEPS_WEBHOOK_TIMEOUT_SECONDS", "20")),
            signing_key=_key(settings.get("SIXSTEPS_WEBHOOK_SIGNING_KEY", "").strip()),
        )


def _needed(settings: Mapping[str, str], name: str, meaning: str) -> str:
    value = settings.get(f"SIXSTEPS_WEBHOOK_{name}", "").strip()
    if not value:
        raise ValueError(f"Set SIXSTEPS_WEBHOOK_{name}: {meaning}.")
    return value


def _key(told: str) -> bytes | None:
    try:
        return base64.b64decode(told.removeprefix("whsec_"), validate=True) or None
    except binascii.Error as wrong:
        raise ValueError("SIXSTEPS_WEBHOOK_SIGNING_KEY must be base64.") from wrong


class WebhookMailer:
    """A gateway over HTTP as a provider of e-mail. Its connections are kept by the client, until it is closed."""

    def __init__(self, settings: WebhookSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None

    async def send(self, mail: Mail) -> Handover:
        """Hand the message over, once for its key."""
        content = json.dumps(_body(mail)).encode()
        headers = {
            "Authorization": f"Bearer {self._settings.token}",
            "Idempotency-Key": mail.message_id,
            "Content-Type": "application/json",
            **self._signature(mail, content),
        }
        try:
            answer = await self._http().post(self._settings.url, content=content, headers=headers)
        except httpx2.HTTPError:
            return Handover.AWAY
        return _handover(answer)

    async def aclose(self) -> None:
        """Let the kept connections go; another message would make new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _signature(self, mail: Mail, content: bytes) -> Mapping[str, str]:
        if self._settings.signing_key is None:
            return {}
        at = str(int(mail.at.timestamp()))
        signed = b".".join((mail.message_id.encode(), at.encode(), content))
        digest = base64.b64encode(hmac.digest(self._settings.signing_key, signed, hashlib.sha256)).decode()
        return {"webhook-id": mail.message_id, "webhook-timestamp": at, "webhook-signature": f"v1,{digest}"}

    def _http(self) -> httpx2.AsyncClient:
        """Made with the first message: a client belongs to the loop in which it works."""
        if self._client is None:
            timeout = self._settings.timeout_seconds
            self._client = httpx2.AsyncClient(timeout=timeout, transport=self._transport)
        return self._client


def _body(mail: Mail) -> Mapping[str, Any]:
    told = {"to": mail.to, "subject": mail.subject, "text": mail.text, "html": mail.html, "reference": mail.message_id}
    if mail.appointment is None:
        return told
    entry = {**vars(mail.appointment)}
    moments = {name: entry[name].isoformat() for name in ("starts_at", "ends_at")}
    return {**told, "appointment": {**entry, **moments}}


def _handover(answer: httpx2.Response) -> Handover:
    if answer.is_success:
        return Handover.ACCEPTED
    if answer.status_code >= SERVER_ERROR or answer.status_code in LATER:
        return Handover.BUSY
    if answer.status_code == UNPROCESSABLE and "address_refused" in answer.text:
        return Handover.ADDRESS_REFUSED
    return Handover.REFUSED
