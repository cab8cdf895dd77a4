"""Composes an e-mail: plain text, HTML and perhaps an invitation beside it, as the bytes that go over the line.

By the standard library's older classes: the newer ones read every header that they were just given, which took four
times as long as all else about a message. Only an address beyond ASCII (RFC 6531) needs them.
"""

from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTPUTF8, compat32
from email.utils import format_datetime

from services.notifications.gateways.calendar import calendar
from services.notifications.gateways.mail import Mail, Sender

INTERNET_LINES = compat32.clone(linesep="\r\n")


def _utf8() -> Charset:
    charset = Charset("utf-8")
    charset.body_encoding = charset.header_encoding = QP
    return charset


UTF8 = _utf8()


def compose(mail: Mail, sender: Sender) -> bytes:
    """The e-mail. Raises ValueError, IndexError or MessageError for an address that is none."""
    return (_in_ascii if mail.to.isascii() else _beyond_ascii)(mail, sender)


def _in_ascii(mail: Mail, sender: Sender) -> bytes:
    composed = MIMEMultipart("alternative", policy=INTERNET_LINES)
    composed["To"] = str(Address(addr_spec=mail.to))
    for name, value in _headers(mail, sender).items():
        composed[name] = value if value.isascii() else Header(value, UTF8, header_name=name).encode()
    for subtype, content in (("plain", mail.text), ("html", mail.html)):
        composed.attach(_part(subtype, content))
    if mail.appointment is not None:
        invitation = _part("calendar", calendar(mail.appointment, mail, sender))
        invitation.set_param("method", mail.appointment.method)
        composed.attach(invitation)
    return composed.as_bytes()


def _beyond_ascii(mail: Mail, sender: Sender) -> bytes:
    composed = EmailMessage(policy=SMTPUTF8)
    composed["To"] = _international(mail.to)
    for name, value in _headers(mail, sender).items():
        composed[name] = sender.in_full if name == "From" else value
    composed.set_content(mail.text, cte="quoted-printable")
    composed.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.appointment is not None:
        invitation = calendar(mail.appointment, mail, sender)
        method = {"method": mail.appointment.method}
        composed.add_alternative(invitation, subtype="calendar", cte="quoted-printable", params=method)
    return composed.as_bytes()


def _headers(mail: Mail, sender: Sender) -> dict[str, str]:
    return {
        "From": sender.header,
        "Subject": " ".join(mail.subject.split()),
        "Date": format_datetime(mail.at),
        "Message-ID": f"<{mail.message_id}@{sender.address.rpartition('@')[2]}>",
        "X-Sixsteps-Message": mail.message_id,
        "Auto-Submitted": "auto-generated",
    }


def _part(subtype: str, content: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(content if content.endswith("\n") else f"{content}\n", UTF8)
    return part


def _international(to: str) -> Address:
    """The address, which `Address` itself would only read when it is in ASCII."""
    Address(addr_spec=to.encode("ascii", "replace").decode().replace("?", "x"))
    username, _, domain = to.rpartition("@")
    return Address(username=username, domain=domain)
