"""How to reach Kafka and how long to wait for it."""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal

from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

import shared.chassis.drivers.kafka_connection  # noqa: F401 - whoever reaches Kafka does so over these connections

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

_MECHANISMS: dict[Mechanism, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


@dataclass(frozen=True)
class KafkaSecurity:
    """Encryption and credentials. Without a user nobody signs in; with a certificate of its own a client may.

    Each file is PEM. `ca_file`: who is trusted besides the system's own; `cert_file` with `key_file`: who we are.
    """

    tls: bool = False
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    mechanism: Mechanism = "SCRAM-SHA-512"
    user: str | None = None
    password: str = field(default="", repr=False)

    def as_faststream(self) -> BaseSecurity:
        """The same in FastStream's words."""
        context = self._context() if self.tls else None
        if self.user is None:
            return BaseSecurity(ssl_context=context, use_ssl=self.tls)
        return _MECHANISMS[self.mechanism](self.user, self.password, ssl_context=context, use_ssl=self.tls)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.cert_file is not None:
            context.load_cert_chain(self.cert_file, self.key_file)
        return context


@dataclass(frozen=True, kw_only=True)
class KafkaOptions:
    """Addresses (comma-separated `host:port`), the client's name and the limits of patience, in seconds."""

    servers: str
    client: str
    security: KafkaSecurity = field(default_factory=KafkaSecurity)
    session_seconds: float = 30.0
    send_seconds: float = 10.0
    start_seconds: float = 20.0
    stop_seconds: float = 10.0

    def addresses(self) -> list[str]:
        """One `host:port` each."""
        return [server.strip() for server in self.servers.split(",")]

    def for_client(self) -> dict[str, Any]:
        """What every aiokafka client is made with."""
        return {
            "bootstrap_servers": self.addresses(),
            "client_id": self.client,
            **parse_security(self.security.as_faststream()),
        }
