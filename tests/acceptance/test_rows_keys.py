"""S03: what opens a door is signed, not kept; it says for whom, where and how long; and its key can be renewed.

We hand out no keys of our own: a system, like a person, brings a token of its issuer. All that we hold is the issuer's
public keys.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.services import NAMES
from shared.chassis.http.tokens import SKEW_SECONDS
from tests.support.acceptance_region import Region
from tests.support.askers import bearer_of, claims, now, signed
from tests.support.asking import Asker
from tests.support.eventually import eventually
from tests.support.platform import Platform

VIEWS = {"enrolment": "care-homes", "portfolio": "portfolios", "network": "members", "notifications": "messages"}
NEXT = ECKey.generate_key("P-256", {"kid": "next", "use": "sig", "alg": "ES256"})
NOTICED_WITHIN_SECONDS = 40
"""An unknown key is looked for at once, but not more often than every 30 seconds."""


async def test_S03_a_token_that_has_expired_is_no_token(region: Region):
    async with Asker(region.platform.running.address) as asker:
        for name in NAMES:
            answer = await asked(asker, name, signed(region, exp=now() - SKEW_SECONDS - 1))
            assert (answer.status_code, answer.json()["code"]) == (401, "expired")
            assert 'error="invalid_token", error_description=' in answer.headers["WWW-Authenticate"]  # RFC 6750


async def test_S03_a_system_s_token_reaches_as_far_as_it_says(region: Region):
    reads: dict[str, Any] = {"sub": "feed", "client_id": "feed", "roles": ["facilitator"]}
    other = f"{region.name}-other"
    home = await region.home()
    async with Asker(region.platform.running.address) as asker:
        path = f"/v1/care-homes/{home.id}"
        assert (await asker.send("GET", "enrolment", path, token=signed(region, **reads))).status_code == 200
        elsewhere = await asker.send("GET", "enrolment", path, token=signed(region, **reads, regions=[other]))
        assert elsewhere.status_code == 404
        for beyond in ([], ["member"]):
            answer = await asker.send("GET", "enrolment", path, token=signed(region, **{**reads, "roles": beyond}))
            assert answer.status_code == 403
        writes: dict[str, Any] = {
            "token": signed(region, **reads),
            "json": {"name": "A"},
            "headers": {"Idempotency-Key": "k-1"},
        }
        assert (await asker.send("POST", "enrolment", "/v1/cohorts", **writes)).status_code == 403


async def test_S03_two_keys_are_valid_in_the_overlap_and_the_old_one_ends(rough: Platform, region: Region):
    spare = Region(rough, region.name)
    old, new = bearer_of(spare), of_the_next_key(spare)
    async with Asker(rough.running.address) as asker, keys_of(rough) as keys:
        publish(keys, [*published(keys), NEXT.as_dict(private=False)])
        for name in NAMES:
            assert await eventually(partial(is_in, asker, name, new), f"{name} knows it", NOTICED_WITHIN_SECONDS)
            assert await is_in(asker, name, old)

        async with rough.without("network"):
            publish(keys, [NEXT.as_dict(private=False)])
        assert await is_in(asker, "network", new)
        assert (await asked(asker, "network", old)).status_code == 401


async def test_S03_nothing_that_opens_a_door_is_kept(region: Region):
    platform, bearer = region.platform, bearer_of(region)
    async with Asker(platform.running.address) as asker:
        for name in NAMES:
            assert (await asked(asker, name, bearer)).status_code == 200
    assert all(key.keys().isdisjoint(("d", "k", "p", "q")) for key in published(keys_file(platform)))
    signature = bearer.rsplit(".", 1)[1].encode()
    looked = [path.read_bytes() for path in sorted(platform.running.plan.folder.glob("*.log"))]
    assert any(looked)
    assert not any(signature in text for text in looked)


async def asked(asker: Asker, name: str, bearer: str) -> Any:
    return await asker.send("GET", name, f"/v1/{VIEWS[name]}", token=bearer)


async def is_in(asker: Asker, name: str, bearer: str) -> bool:
    return bool((await asked(asker, name, bearer)).status_code == 200)


def of_the_next_key(region: Region) -> str:
    return jwt.encode({"alg": "ES256", "kid": "next", "typ": "at+jwt"}, claims(region), NEXT)


def keys_file(platform: Platform) -> Path:
    return platform.running.plan.folder / "jwks.json"


def published(keys: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(keys.read_text())["keys"]
    return found


def publish(keys: Path, those: Sequence[dict[str, Any]]) -> None:
    draft = keys.with_suffix(".draft")
    draft.write_text(json.dumps({"keys": list(those)}))
    draft.replace(keys)


@asynccontextmanager
async def keys_of(platform: Platform) -> AsyncIterator[Path]:
    """The file with the issuer's public keys; afterwards it, and who read it meanwhile, are as before."""
    keys = keys_file(platform)
    before = published(keys)
    try:
        yield keys
    finally:
        async with platform.without("network"):
            publish(keys, before)
