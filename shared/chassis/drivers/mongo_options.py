"""How a service signs in to its database, and how the connection is encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class MongoAccess:
    """What stands beside the address, so that the address need not hold a secret. Without a user nobody signs in.

    `user` is known in the database `known_in`. Each file is PEM; `cert_file` holds our certificate and its key.
    """

    user: str | None = None
    password: str = field(default="", repr=False)
    known_in: str = "admin"
    tls: bool = False
    ca_file: str | None = None
    cert_file: str | None = None

    def for_client(self) -> Mapping[str, Any]:
        """What a driver's client is made with; nothing where the address says it all."""
        signing_in = {"username": self.user, "password": self.password, "authSource": self.known_in}
        encrypted = {"tls": True, "tlsCAFile": self.ca_file, "tlsCertificateKeyFile": self.cert_file}
        told = {**(signing_in if self.user else {}), **(encrypted if self.tls else {})}
        return {name: value for name, value in told.items() if value is not None}


OPEN = MongoAccess()
"""Whatever the address says."""
