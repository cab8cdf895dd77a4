"""Where a running stack can be reached, and the ports it keeps across restarts."""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.ports import free_port
from deploy.local.private import keep_private
from deploy.local.problem import StackProblem

HOST = "127.0.0.1"
FILENAME = "addresses.json"


@dataclass(frozen=True)
class Addresses:
    """What a service needs to know to connect; None for a part that does not run."""

    kafka: str | None = None
    mongo: str | None = None

    @classmethod
    def of_ports(cls, kafka: int | None, mongo: int | None) -> "Addresses":
        """Return the addresses of servers on these ports of this machine."""
        return cls(
            kafka=f"{HOST}:{kafka}" if kafka else None,
            mongo=f"mongodb://{HOST}:{mongo}/?directConnection=true" if mongo else None,
        )

    @classmethod
    def read(cls, data: Path) -> "Addresses | None":
        """Return what the last stack in this folder wrote, None when there was none."""
        try:
            return cls.from_json((data / FILENAME).read_text())
        except (FileNotFoundError, ValueError, TypeError):
            return None

    @classmethod
    def from_json(cls, text: str) -> "Addresses":
        """Return the addresses a stack printed."""
        return cls(**json.loads(text))

    def write(self, data: Path) -> None:
        """Replace the folder's file."""
        keep_private(data / FILENAME, self.as_json() + "\n")

    def as_json(self) -> str:
        """Return the addresses as programs read them."""
        return json.dumps(asdict(self))

    @property
    def kafka_port(self) -> int | None:
        """The broker's port."""
        return int(self.kafka.rpartition(":")[2]) if self.kafka else None

    @property
    def mongo_port(self) -> int | None:
        """The database's port."""
        return int(self.mongo.split("/?")[0].rpartition(":")[2]) if self.mongo else None


def choose_port(asked: int | None, remembered: int | None) -> int:
    """Return the port asked for, else the remembered one, else a free one; refuses one that cannot be had."""
    port = asked or remembered
    if not port:
        return free_port()
    if reason := _why_not(port):
        other = "name another port" if asked else "take another folder with --data; this one remembers the port"
        raise StackProblem(f"Port {port} on {HOST} cannot be had ({reason}): stop what uses it, or {other}.")
    return port


def _why_not(port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as failed:
            return failed.strerror or "no reason told"
        return None
