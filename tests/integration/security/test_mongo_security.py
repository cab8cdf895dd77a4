"""The database is reached over TLS with certificates on both sides, by settings alone, with both drivers."""

import asyncio
import base64
from pathlib import Path
from typing import Any

from shared.chassis.ports import Store, Unavailable
from shared.chassis.serving import open_store
from shared.chassis.settings import Settings


def store(address: str, database: str, driver: str, **more: Any) -> Store:
    told = {
        "service": "shoes",
        "deployment": "test",
        "kafka": "k:1",
        "mongo": address,
        "database": database,
        "driver": driver,
        "issuers": [{"issuer": "https://id.test", "audience": "x", "jwks_file": "none.json"}],
        "card_keys": f"k:{base64.b64encode(bytes(32)).decode()}",
    }
    return open_store(Settings.model_validate({**told, **more}))


async def test_with_both_certificates_it_is_written_to_and_read(
    encrypted: str, authority: Any, database_name: str, driver: str
) -> None:
    ours = authority.vouch_for("service").both
    opened = store(encrypted, database_name, driver, mongo_tls=True, mongo_ca_file=authority.file, mongo_cert_file=ours)
    await opened.insert("rows", {"_id": "a"})
    assert await opened.count("rows", {}) == 1
    await opened.close()


async def test_without_one_of_them_it_is_unavailable(
    encrypted: str, authority: Any, database_name: str, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    ours, theirs = authority.vouch_for("service").both, authority.file
    lacking: list[dict[str, Any]] = [
        {"mongo_tls": False},
        {"mongo_tls": True, "mongo_ca_file": theirs},
        {"mongo_tls": True, "mongo_ca_file": type(authority)(stranger).file, "mongo_cert_file": ours},
    ]
    # Motor: the other driver, closed while it tries once more, leaves a socket to the garbage (decision 0008).
    opened = [store(encrypted, database_name, "motor", **each) for each in lacking]
    answers = await asyncio.gather(*(each.ping() for each in opened), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    await asyncio.gather(*(each.close() for each in opened))
