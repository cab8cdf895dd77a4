"""The SMTP gateway against a real server in this process."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes, message_from_string
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from services.notifications.gateways.mail import Appointment, Handover, Mail, Sender
from services.notifications.gateways.smtp import SmtpMailer, SmtpSettings
from services.notifications.service import gateways
from tests.support.scenario import NOW

SETTINGS = {
    "SIXSTEPS_SMTP_HOST": "mail.example.org",
    "SIXSTEPS_SMTP_PORT": "587",
    "SIXSTEPS_SMTP_FROM": "sixsteps@example.org",
    "SIXSTEPS_SMTP_TLS": "starttls",
}


def mail(to: Any = "ann@example.org", subject: Any = "Grüße, Ann"):
    return Mail(message_id="m-1", at=NOW, to=to, subject=subject, text="Hello Ann\n.\nBye", html="<p>Hello Ann</p>")


class Desk:
    """What the server does with an e-mail; answers are told by the test."""

    def __init__(
        self,
        mail_answer: str | None = None,
        rcpt_answer: str | None = None,
        data_answer: str = "250 OK",
        *,
        drop: bool = False,
    ) -> None:
        self.mail_answer, self.rcpt_answer, self.data_answer, self.drop = mail_answer, rcpt_answer, data_answer, drop
        self.taken: list[Envelope] = []
        self.lines: set[Any] = set()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: Any, mail_options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        self.lines.add(server)
        return self.mail_answer or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: Any, rcpt_options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.rcpt_answer is None:
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.data_answer.startswith("250"):
            self.taken.append(envelope)
        if self.drop:
            server.transport.abort()
        return self.data_answer


@asynccontextmanager
async def mailer_at(desk: Desk, **changes: Any) -> AsyncIterator[SmtpMailer]:
    loop = asyncio.get_running_loop()
    options = {"hostname": "localhost", "enable_SMTPUTF8": changes.pop("utf8", False)}
    server = await loop.create_server(lambda: SMTP(desk, loop=loop, **options), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "sender": Sender("sixsteps@example.org"),
        "tls": "none",
        **changes,
    }
    mailer = SmtpMailer(SmtpSettings(**told))
    try:
        yield mailer
    finally:
        await mailer.aclose()
        server.close()
        await server.wait_closed()


def body(read: EmailMessage, kind: Literal["plain", "html"]) -> str:
    part = read.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


async def test_an_accepted_mail_has_plain_text_and_html_and_can_be_found_by_its_message():
    desk = Desk()
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail()) is Handover.ACCEPTED
    (envelope,) = desk.taken
    assert isinstance(envelope.content, bytes)
    read = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=default)
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert (read["Subject"], read["To"], read["From"]) == ("Grüße, Ann", "ann@example.org", "sixsteps@example.org")
    assert (read["Message-ID"], read["X-Sixsteps-Message"]) == ("<m-1@example.org>", "m-1")
    assert read["Date"].datetime == NOW
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content_type() == "multipart/alternative"
    assert body(read, "plain") == "Hello Ann\n.\nBye\n"
    assert "<p>Hello Ann</p>" in body(read, "html")


@pytest.mark.parametrize(
    ("desk", "handover"),
    [
        (Desk(rcpt_answer="550 5.1.1 No such mailbox"), Handover.ADDRESS_REFUSED),
        (Desk(rcpt_answer="552 Mailbox full for good"), Handover.ADDRESS_REFUSED),
        (Desk(rcpt_answer="554 5.7.1 Relaying denied"), Handover.REFUSED),
        (Desk(rcpt_answer="451 4.3.0 Greylisted"), Handover.BUSY),
        (Desk(mail_answer="550 5.7.1 Not from you"), Handover.REFUSED),
        (Desk(mail_answer="451 Try later"), Handover.BUSY),
        (Desk(data_answer="554 5.6.0 Not taken"), Handover.REFUSED),
        (Desk(data_answer="452 Disk full"), Handover.BUSY),
    ],
)
async def test_the_servers_no_is_told_apart(desk: Any, handover: Any):
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail()) is handover
    assert desk.taken == []


async def test_a_connection_lost_after_the_mail_was_told_leaves_the_outcome_unknown():
    desk = Desk(drop=True)
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail()) is Handover.UNKNOWN
    assert len(desk.taken) == 1


async def test_a_server_that_is_away_took_nothing():
    async with mailer_at(Desk()) as mailer:
        pass
    assert await mailer.send(mail()) is Handover.AWAY


async def test_a_server_that_never_greets_took_nothing():
    async def silent(_reader: Any, writer: Any) -> None:
        await gone.wait()
        writer.close()

    gone = asyncio.Event()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = SmtpSettings(host="127.0.0.1", port=port, sender=Sender("us@x.org"), tls="none", timeout_seconds=0.2)
    try:
        assert await SmtpMailer(settings).send(mail()) is Handover.AWAY
    finally:
        gone.set()
        server.close()


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("us@example.org", ""),
        ("Six Steps <us@example.org>", "Six Steps"),
        ('"Six Steps, North" <us@example.org>', "Six Steps, North"),
        ("St. Mary's <us@example.org>", "St. Mary's"),
        ("Chwe Cham Môn <us@example.org>", "Chwe Cham Môn"),
    ],
)
def test_who_writes_may_have_a_name(told: str, name: str):
    sender = SmtpSettings.read({**SETTINGS, "SIXSTEPS_SMTP_FROM": told}).sender
    assert sender == Sender("us@example.org", name) == Sender.read(sender.header)


@pytest.mark.parametrize(
    "told",
    ["nobody", "Six Steps, North <us@example.org>", "a@example.org, b@example.org", "Us <us@x.org>\r\nBcc: x"],
)
def test_a_sender_that_is_no_single_address_stops_the_start(told: str):
    with pytest.raises(ValueError, match="SIXSTEPS_SMTP_FROM must be an address"):
        SmtpSettings.read({**SETTINGS, "SIXSTEPS_SMTP_FROM": told})


@pytest.mark.parametrize("to", ["ann@example.org", "änn@example.org"])
async def test_people_see_the_name_and_the_server_the_address(to: str):
    desk = Desk()
    appointment = Appointment("REQUEST", "w1", 0, "Step 1", NOW, NOW, "")
    async with mailer_at(desk, sender=Sender("us@example.org", "Chwe Cham, Môn"), utf8=True) as mailer:
        assert await mailer.send(replace(mail(to), appointment=appointment)) is Handover.ACCEPTED
    (envelope,) = desk.taken
    assert envelope.mail_from == "us@example.org"
    assert isinstance(envelope.content, bytes)
    read = message_from_string(envelope.content.decode().replace("\r\n", "\n"), policy=default)
    (sender,) = read["From"].addresses
    assert (sender.addr_spec, sender.display_name) == ("us@example.org", "Chwe Cham, Môn")
    assert read["Message-ID"] == "<m-1@example.org>"
    entry = next(part.get_content() for part in read.walk() if part.get_content_type() == "text/calendar")
    assert ';CN="Chwe Cham, Môn":mailto:us@example.org' in entry.replace("\r\n ", "").replace("\n ", "")


class SlowDesk(Desk):
    """A server that takes its time at each step."""

    async def handle_MAIL(self, *told: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(0.2)
        return await super().handle_MAIL(*told)

    async def handle_RCPT(self, *told: Any) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(0.2)
        return await super().handle_RCPT(*told)


async def test_a_server_that_is_slow_at_every_step_is_given_up_before_the_mail_is_told():
    desk = SlowDesk()
    async with mailer_at(desk, timeout_seconds=0.3) as mailer:
        assert await mailer.send(mail()) is Handover.AWAY
    assert desk.taken == []


async def test_a_line_that_must_be_encrypted_and_is_not_carries_nothing():
    desk = Desk()
    async with mailer_at(desk, tls="starttls") as mailer:
        assert await mailer.send(mail()) is Handover.AWAY
    assert desk.taken == []


@pytest.mark.parametrize("address", ["ann@", "a,b@example.org", "<ann@example.org>", "ann@exa\nmple.org"])
async def test_an_address_that_is_none_is_refused_without_asking_anybody(address: Any):
    desk = Desk()
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail(to=address)) is Handover.ADDRESS_REFUSED
    assert desk.taken == []


async def test_an_address_beyond_ascii_is_sent_where_the_server_can():
    for utf8, handover in ((True, Handover.ACCEPTED), (False, Handover.ADDRESS_REFUSED)):
        async with mailer_at(Desk(), utf8=utf8) as mailer:
            assert await mailer.send(mail(to="siân@example.org")) is handover


async def test_two_mails_in_a_row_are_both_taken():
    desk = Desk()
    async with mailer_at(desk) as mailer:
        first, second = await asyncio.gather(mailer.send(mail()), mailer.send(mail()))
    assert (first, second) == (Handover.ACCEPTED, Handover.ACCEPTED)
    assert len(desk.taken) == 2


async def test_a_connection_takes_one_mail_after_another():
    desk = Desk()
    async with mailer_at(desk) as mailer:
        for _mail in range(3):
            assert await mailer.send(mail()) is Handover.ACCEPTED
    assert (len(desk.taken), len(desk.lines)) == (3, 1)


async def test_a_connection_that_the_server_left_meanwhile_is_replaced():
    desk = Desk()
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail()) is Handover.ACCEPTED
        for line in desk.lines:
            line.transport.abort()
        assert await mailer.send(mail()) is Handover.ACCEPTED
    assert (len(desk.taken), len(desk.lines)) == (2, 2)


async def test_a_no_on_a_kept_connection_is_asked_for_again_on_a_new_one():
    desk = Desk()
    async with mailer_at(desk) as mailer:
        assert await mailer.send(mail()) is Handover.ACCEPTED
        desk.mail_answer = "421 Too long idle"
        assert await mailer.send(mail()) is Handover.BUSY
        desk.mail_answer = None
        assert await mailer.send(mail()) is Handover.ACCEPTED
    assert len(desk.taken) == 2


def test_neither_address_nor_text_nor_password_is_shown_in_a_log():
    assert "ann@example.org" not in repr(mail())
    assert "Hello" not in repr(mail())
    assert "secret" not in repr(SmtpSettings.read({**SETTINGS, "SIXSTEPS_SMTP_PASSWORD": "secret"}))


@pytest.mark.parametrize("name", SETTINGS)
def test_a_missing_setting_stops_the_start_with_a_sentence(name: Any):
    with pytest.raises(ValueError, match=re.escape(f"Set {name}")):
        gateways({key: value for key, value in SETTINGS.items() if key != name})


def test_a_line_is_encrypted_in_one_of_three_ways():
    with pytest.raises(ValueError, match="SIXSTEPS_SMTP_TLS must be"):
        gateways({**SETTINGS, "SIXSTEPS_SMTP_TLS": "perhaps"})
    assert isinstance(gateways(SETTINGS)["mail"], SmtpMailer)
