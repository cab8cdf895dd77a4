"""A mail sink: takes every message and puts it in a folder, one file each. For trying out and for tests.

Some addresses never take one, whatever their domain: those that begin with `perm-fail` (there is no such address),
`temp-fail` (not now) and `tech-fail` (not from us).
"""

import asyncio
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import free_port

NOES = {
    "perm-fail": "550 5.1.1 No such mailbox",
    "temp-fail": "451 4.3.0 Try again later",
    "tech-fail": "554 5.7.1 Relaying denied",
}


class MailSink:
    """An SMTP server on a port of this machine; `folder` gets `000001.eml` and so on."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._taken = len(list(folder.glob("*.eml")))
        self._wanted_port = port
        self._controller: Controller | None = None
        self._lines: set[asyncio.BaseTransport] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._controller is None:
            raise RuntimeError("the mail sink is not started")
        return self._controller.port

    def start(self) -> None:
        """Begin to listen; after a stop at the same port."""
        port = self._wanted_port = self._wanted_port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more; the messages stay."""
        if self._controller is not None:
            for line in self._lines:
                self._controller.loop.call_soon_threadsafe(line.close)
            self._lines.clear()
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the address, unless its name says no."""
        del session
        if server.transport is not None:
            self._lines = {line for line in self._lines if not line.is_closing()} | {server.transport}
        for name, answer in NOES.items():
            if address.startswith(name):
                return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep one message."""
        del server, session
        self._taken += 1
        content = envelope.content or b""
        taken = content if isinstance(content, bytes) else content.encode()
        (self.folder / f"{self._taken:06}.eml").write_bytes(taken)
        return "250 Kept"

    def headers(self) -> list[Message]:
        """Return the headers of every message taken so far, in order; a body takes ten times as long to read."""
        read = BytesHeaderParser().parsebytes
        return [read(path.read_bytes()) for path in sorted(self.folder.glob("*.eml"))]
