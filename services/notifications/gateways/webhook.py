"""Hands messages to a gateway over HTTP: whatever sends e-mails for the operator, behind one small contract.

`POST` to one address, a bearer token, JSON with `to`, `subject`, `text`, `html`, `reference`, and an `Idempotency-Key`
that is the same for every attempt at a message: so a lost answer may be asked for again, and nobody gets it twice.

2xx: taken. 422 with the code `address_refused`: the address is dead. 408, 425, 429 and 5xx: later. Any other no is for
good. What became of it later the gateway reports to `POST /v1/messages/{reference}:record-receipt`.
"""

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

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> "WebhookSettings":
        """Read `SIXSTEPS_WEBHOOK_*`. Raises ValueError with a sentence that says what is missing."""
        return cls(
            url=_needed(settings, "URL", "the address of the gateway that sends messages"),
            token=_needed(settings, "TOKEN", "the token that the gateway knows us by"),
            timeout_seconds=float(settings.get("SIXSTEPS_WEBHOOK_TIMEOUT_SECONDS", "20")),
        )


def _needed(settings: Mapping[str, str], name: str, meaning: str) -> str:
    value = settings.get(f"SIXSTEPS_WEBHOOK_{name}", "").strip()
    if not value:
        raise ValueError(f"Set SIXSTEPS_WEBHOOK_{name}: {meaning}.")
    return value


class WebhookMailer:
    """A gateway over HTTP as a provider of e-mail. Its connections are kept by the client."""

    def __init__(self, settings: WebhookSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None

    async def send(self, mail: Mail) -> Handover:
        """Hand the message over, once for its key."""
        headers = {"Authorization": f"Bearer {self._settings.token}", "Idempotency-Key": mail.message_id}
        try:
            answer = await self._http().post(self._settings.url, json=_body(mail), headers=headers)
        except httpx2.HTTPError:
            return Handover.AWAY
        return _handover(answer)

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
