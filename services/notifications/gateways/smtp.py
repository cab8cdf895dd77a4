"""Hands e-mails over by SMTP, one after another on a connection, and says truthfully what became of them.

Before DATA nothing is handed over, so every trouble there may be tried again; from DATA on a broken connection means
that nobody knows. A server's own no (4xx, 5xx) is always an answer: it did not take the e-mail.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notifications.gateways.composing import compose
from services.notifications.gateways.mail import Handover, Mail, Sender

Tls = Literal["none", "starttls", "implicit"]

PERMANENT = 500
KEPT_SECONDS = 10.0
"""How long a connection waits for the next e-mail."""


@dataclass(frozen=True)
class SmtpSettings:
    """Where the server is, and who writes. `tls` says whether the line is encrypted, and from when on.

    `timeout_seconds` holds once for all that comes before the e-mail, and once for handing it over: together they
    must stay below the time that the chassis gives an errand.
    """

    host: str
    port: int
    sender: Sender
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20.0

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> "SmtpSettings":
        """Read `SIXSTEPS_SMTP_*`. Raises ValueError with a sentence that says what is missing or wrong."""
        return cls(
            host=_needed(settings, "HOST", "the name of the mail server"),
            port=int(_needed(settings, "PORT", "the port of the mail server")),
            sender=_sender(_needed(settings, "FROM", "the address that messages come from")),
            tls=_tls(_needed(settings, "TLS", "none, starttls or implicit")),
            username=settings.get("SIXSTEPS_SMTP_USERNAME"),
            password=settings.get("SIXSTEPS_SMTP_PASSWORD"),
            timeout_seconds=float(settings.get("SIXSTEPS_SMTP_TIMEOUT_SECONDS", "20")),
        )


def _needed(settings: Mapping[str, str], name: str, meaning: str) -> str:
    value = settings.get(f"SIXSTEPS_SMTP_{name}", "").strip()
    if not value:
        raise ValueError(f"Set SIXSTEPS_SMTP_{name}: {meaning}.")
    return value


def _sender(value: str) -> Sender:
    try:
        return Sender.read(value)
    except ValueError as wrong:
        form = '"Six Steps, North" <us@example.org>'
        raise ValueError(f"SIXSTEPS_SMTP_FROM must be an address, or a name and an address: {form}.") from wrong


def _tls(value: str) -> Tls:
    match value:
        case "none" | "starttls" | "implicit":
            return value
        case _:
            raise ValueError("SIXSTEPS_SMTP_TLS must be none, starttls or implicit.")


class SmtpMailer:
    """An SMTP server as a provider of e-mail.

    A connection that took an e-mail is kept for a while and takes the next one. When the server has left it meanwhile,
    that shows before the e-mail is handed over, and another connection is made.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._kept: dict[SMTP, asyncio.TimerHandle] = {}

    async def send(self, mail: Mail) -> Handover:
        """Hand the e-mail over, once. An address that cannot stand in a header is refused without asking anybody."""
        try:
            composed = compose(mail, self._settings.sender)
        except (MessageError, ValueError, IndexError):
            return Handover.ADDRESS_REFUSED
        ready = await self._ready(mail.to)
        if isinstance(ready, Handover):
            return ready
        handover = Handover.UNKNOWN
        try:
            handover = await _hand_over(ready, composed)
        finally:
            if handover is Handover.ACCEPTED:
                self._keep(ready)
            else:
                ready.close()
        return handover

    async def aclose(self) -> None:
        """Let the kept connections go."""
        while (client := self._take()) is not None:
            client.close()

    async def _ready(self, to: str) -> SMTP | Handover:
        """A connection on which the server waits for the e-mail itself, within the time; or why there is none."""
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                kept = await self._on_a_kept_one(to)
                return kept or await self._addressed(self._client(), to)
        except SMTPResponseException as answer:
            return Handover.AWAY if answer.code >= PERMANENT else Handover.BUSY
        except (SMTPException, OSError):
            return Handover.AWAY

    async def _on_a_kept_one(self, to: str) -> SMTP | None:
        """A kept connection, if the server still takes e-mails there; any no is asked for again on a new one."""
        while (client := self._take()) is not None:
            with suppress(SMTPException, OSError):
                addressed = await self._addressed(client, to)
                return addressed if isinstance(addressed, SMTP) else None
        return None

    async def _addressed(self, client: SMTP, to: str) -> SMTP | Handover:
        refused: Handover | None = Handover.AWAY
        try:
            if not client.is_connected:
                await client.connect()
            refused = await self._address(client, to)
        finally:
            if refused is not None:
                client.close()
        return refused or client

    async def _address(self, client: SMTP, to: str) -> Handover | None:
        if not to.isascii():
            await client.ehlo()
            if not client.supports_extension("smtputf8"):
                return Handover.ADDRESS_REFUSED
        options = [] if to.isascii() else ["SMTPUTF8"]
        try:
            await client.mail(self._settings.sender.address, options=options, encoding="utf-8")
        except SMTPResponseException as answer:
            return _no(answer)
        try:
            await client.rcpt(to, encoding="utf-8")
        except SMTPResponseException as answer:
            return _no(answer, about_address=True)
        return None

    def _client(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            use_tls=settings.tls == "implicit",
            start_tls=settings.tls == "starttls",
            timeout=settings.timeout_seconds,
        )

    def _keep(self, client: SMTP) -> None:
        def drop() -> None:
            self._kept.pop(client)
            client.close()

        self._kept[client] = asyncio.get_running_loop().call_later(KEPT_SECONDS, drop)

    def _take(self) -> SMTP | None:
        if not self._kept:
            return None
        client, timer = self._kept.popitem()
        timer.cancel()
        return client


async def _hand_over(client: SMTP, composed: bytes) -> Handover:
    try:
        await client.data(composed)
    except SMTPResponseException as answer:
        return _no(answer)
    except (SMTPException, OSError):
        return Handover.UNKNOWN
    return Handover.ACCEPTED


def _no(answer: SMTPResponseException, *, about_address: bool = False) -> Handover:
    if answer.code < PERMANENT:
        return Handover.BUSY
    # 5.7.x (RFC 3463) is the server's policy, e.g. relaying denied: nothing is wrong with the address.
    blamed = about_address and not answer.message.startswith("5.7.")
    return Handover.ADDRESS_REFUSED if blamed else Handover.REFUSED
