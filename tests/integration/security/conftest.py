"""A broker that asks everybody who they are, and a database behind TLS: what a deployment of several machines has."""

import asyncio
import base64
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.environment import Environments
from deploy.local.process import start_stack
from deploy.ops.rights import OPERATOR, TOPICS_JOB, given
from deploy.services import NAMES
from tests.support.certificates import HOST, Authority, Vouched
from tests.support.stack import Stack

ROOT_USER = "root"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


@dataclass(frozen=True)
class Guarded:
    """A broker with names, passwords, certificates and rights; `settings(user)` as a service gets them."""

    kafka: str
    authority: Authority
    ours: Vouched
    passwords: dict[str, str]

    def settings(self, user: str) -> dict[str, str]:
        """What a service that signs in as this user is told."""
        return {
            "SIXSTEPS_DEPLOYMENT": "test",
            "SIXSTEPS_KAFKA": self.kafka,
            "SIXSTEPS_KAFKA_MECHANISM": "PLAIN",
            "SIXSTEPS_KAFKA_USER": user,
            "SIXSTEPS_KAFKA_PASSWORD": self.passwords[user],
            "SIXSTEPS_KAFKA_TLS": "true",
            "SIXSTEPS_KAFKA_CA_FILE": str(self.authority.file),
            "SIXSTEPS_KAFKA_CERT_FILE": str(self.ours.certificate),
            "SIXSTEPS_KAFKA_KEY_FILE": str(self.ours.key),
            "SIXSTEPS_MONGO": "mongodb://127.0.0.1:1",
            "SIXSTEPS_ISSUERS": json.dumps([{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}]),
            "SIXSTEPS_CARD_KEYS": f"k:{base64.b64encode(bytes(32)).decode()}",
            "SIXSTEPS_CONSUMER_SESSION_SECONDS": "6",
            "SIXSTEPS_PARTITIONS": "1",
        }

    @property
    def environments(self) -> Environments:
        """Every service, signing in by its own name."""
        return {name: self.settings(name) for name in NAMES}

    @property
    def as_root(self) -> Environments:
        """Every service, with the rights of the broker's own administrator."""
        return {name: self.settings(ROOT_USER) for name in NAMES}


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    """Give a broker on which everybody signs in and has the rights that the code says, and no others."""
    folder = tmp_path_factory.mktemp("guarded")
    authority = Authority(folder)
    passwords = {user: secrets.token_hex(8) for user in (*NAMES, TOPICS_JOB, OPERATOR, ROOT_USER)}
    file = folder / "broker.json"
    file.write_text(json.dumps(_broker(authority, authority.vouch_for("broker"), passwords)))
    running = await asyncio.to_thread(start_stack, folder / "stack", only="kafka", kafka_settings=file)
    try:
        made = Guarded(running.kafka or "", authority, authority.vouch_for("client"), passwords)
        await given(made.as_root)
        yield made
    finally:
        running.stop()


def _broker(authority: Authority, server: Vouched, passwords: dict[str, str]) -> dict[str, str]:
    """The listener keeps its name, and speaks SASL over TLS with certificates on both sides."""
    users = " ".join(f'user_{user}="{password}"' for user, password in passwords.items())
    login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    return {
        "listener.security.protocol.map": "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
        "listener.name.plaintext.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
        "add-scram": "\n".join(
            f"SCRAM-SHA-512=[name={user},password={password}]" for user, password in passwords.items()
        ),
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config": (
            f'{login} username="{ROOT_USER}" password="{passwords[ROOT_USER]}" {users};'
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": server.certificate.read_text(),
        "ssl.keystore.key": server.key.read_text(),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": authority.file.read_text(),
        "listener.name.plaintext.ssl.client.auth": "required",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ROOT_USER};User:ANONYMOUS",
    }


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give an authority of the test's own."""
    return Authority(tmp_path)


@pytest.fixture
async def encrypted(stack: Stack, authority: Authority) -> AsyncIterator[str]:
    """Give the database's address behind TLS that asks for a certificate, as `mongodb://…`."""
    behind = urlsplit(stack.mongo)
    server = authority.vouch_for("database")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, out = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(_copy(reader, out), _copy(to, writer))

    front = await asyncio.start_server(pass_on, HOST, 0, ssl=context)
    port = front.sockets[0].getsockname()[1]
    yield f"mongodb://{HOST}:{port}/?directConnection=true"
    front.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer), suppress(OSError):  # either side may hang up
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()


@pytest.fixture(params=["motor", "pymongo"])
def driver(request: pytest.FixtureRequest) -> str:
    """Give each driver in turn."""
    return str(request.param)
