"""Hands e-mails over by SMTP, one connection for each, and says truthfully what became of them.

Before DATA nothing is handed over, so every trouble there may be tried again; from DATA on a broken connection means
that nobody knows. A server's own no (4xx, 5xx) is always an answer: it did not take the e-mail.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as INTERNET_LINES
from email.policy import SMTPUTF8
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notifications.gateways.mail import Handover, Mail

Tls = Literal["none", "starttls", "implicit"]

PERMANENT = 500


@dataclass(frozen=True)
class SmtpSettings:
    """Where the server is, and who writes. `tls` says whether the line is encrypted, and from when on.

    `timeout_seconds` holds once for all that comes before the e-mail, and once for handing it over: together they
    must stay below the time that the chassis gives an errand.
    """

    host: str
    port: int
    sender: str
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
            sender=_needed(settings, "FROM", "the address that messages come from"),
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


def _tls(value: str) -> Tls:
    match value:
        case "none" | "starttls" | "implicit":
            return value
        case _:
            raise ValueError("SIXSTEPS_SMTP_TLS must be none, starttls or implicit.")


class SmtpMailer:
    """An SMTP server as a provider of e-mail."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> Handover:
        """Hand the e-mail over, once. An address that cannot stand in a header is refused without asking anybody."""
        try:
            composed = compose(mail, self._settings.sender)
        except (MessageError, ValueError, IndexError):
            return Handover.ADDRESS_REFUSED
        client = self._client()
        try:
            refused = await self._introduce(client, mail.to)
            return refused or await _hand_over(client, composed, mail.to)
        finally:
            client.close()

    async def _introduce(self, client: SMTP, to: str) -> Handover | None:
        """Everything that comes before the e-mail itself, within the time; None when the server wants to have it."""
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await client.connect()
                return await self._address(client, to)
        except SMTPResponseException as answer:
            return Handover.AWAY if answer.code >= PERMANENT else Handover.BUSY
        except (SMTPException, OSError):
            return Handover.AWAY

    async def _address(self, client: SMTP, to: str) -> Handover | None:
        if not to.isascii():
            await client.ehlo()
            if not client.supports_extension("smtputf8"):
                return Handover.ADDRESS_REFUSED
        options = [] if to.isascii() else ["SMTPUTF8"]
        try:
            await client.mail(self._settings.sender, options=options, encoding="utf-8")
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


async def _hand_over(client: SMTP, composed: EmailMessage, to: str) -> Handover:
    try:
        await client.data(composed.as_bytes(policy=INTERNET_LINES if to.isascii() else SMTPUTF8))
    except SMTPResponseException as answer:
        return _no(answer)
    except (SMTPException, OSError):
        return Handover.UNKNOWN
    # The server has the e-mail; whether it also hears the farewell changes nothing.
    with suppress(SMTPException, OSError):
        await client.quit()
    return Handover.ACCEPTED


def _no(answer: SMTPResponseException, *, about_address: bool = False) -> Handover:
    if answer.code < PERMANENT:
        return Handover.BUSY
    # 5.7.x (RFC 3463) is the server's policy, e.g. relaying denied: nothing is wrong with the address.
    blamed = about_address and not answer.message.startswith("5.7.")
    return Handover.ADDRESS_REFUSED if blamed else Handover.REFUSED


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The e-mail as plain text with HTML beside it. Raises ValueError or IndexError for an address that is none."""
    composed = EmailMessage(policy=SMTPUTF8)
    composed["From"] = Address(addr_spec=sender)
    composed["To"] = _address(mail.to)
    composed["Subject"] = mail.subject
    composed["Date"] = mail.at
    composed["Message-ID"] = f"<{mail.message_id}@{sender.rpartition('@')[2]}>"
    composed["X-Sixsteps-Message"] = mail.message_id
    composed["Auto-Submitted"] = "auto-generated"
    composed.set_content(mail.text, cte="quoted-printable")
    composed.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return composed


def _address(to: str) -> Address:
    """The address, which `Address` itself would only read when it is in ASCII."""
    if to.isascii():
        return Address(addr_spec=to)
    Address(addr_spec=to.encode("ascii", "replace").decode().replace("?", "x"))
    username, _, domain = to.rpartition("@")
    return Address(username=username, domain=domain)
