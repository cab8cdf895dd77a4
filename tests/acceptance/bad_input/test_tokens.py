"""A token with any flaw is no token: 401, the same words for every flaw; another region's is good for nothing here.

A token that has only expired is told so: S03, `test_rows_keys.py`.
"""

from collections.abc import Callable

import pytest
from joserfc.jwk import ECKey

from deploy.demo.journey.who import coordinator
from deploy.services import NAMES
from tests.support.acceptance_region import Region
from tests.support.askers import HOUR, bearer_of, now, signed, signed_with_the_public_key, unsigned
from tests.support.asking import Asker

VIEWS = {"enrolment": "care-homes", "portfolio": "portfolios", "network": "members", "notifications": "messages"}
STRANGER = ECKey.generate_key("P-256", {"kid": "try-out"})
FLAWS: dict[str, Callable[[Region], str]] = {
    "expired, and signed by a stranger": lambda region: signed(region, exp=now() - HOUR, key=STRANGER),
    "without an end": lambda region: signed(region, exp=None),
    "not valid yet": lambda region: signed(region, nbf=now() + HOUR),
    "from the future": lambda region: signed(region, iat=now() + HOUR),
    "for another audience": lambda region: signed(region, aud="another"),
    "of another issuer": lambda region: signed(region, iss="https://another.invalid"),
    "signed by a stranger": lambda region: signed(region, key=STRANGER),
    "alg none": unsigned,
    "unsigned": lambda region: unsigned(region, "ES256"),
    "alg HS256 with the public key": signed_with_the_public_key,
    "cut off": lambda region: bearer_of(region)[:-20],
    "changed": lambda region: bearer_of(region)[:-6] + "AAAAAA",
    "no token at all": lambda region: "a.b.c",
    "a dot": lambda region: ".",
    "huge": lambda region: "a" * 20_000,
    "roles that are no list": lambda region: signed(region, roles="coordinator"),
    "nobody's": lambda region: signed(region, sub=None),
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_flawed_token_is_turned_away_by_every_service(flaw: str, region: Region):
    async with Asker(region.platform.running.address) as asker:
        for name in NAMES:
            answer = await asker.send("GET", name, f"/v1/{VIEWS[name]}", token=FLAWS[flaw](region))
            assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token"), f"{flaw}: {answer.text}"


async def test_a_token_of_another_region_finds_nothing_and_changes_nothing(region: Region):
    home = await region.home()
    abroad = bearer_of(region, coordinator("cora", f"{region.name}-abroad"))
    async with Asker(region.platform.running.address) as asker:
        listed = await asker.send("GET", "enrolment", "/v1/care-homes", token=abroad)
        one = await asker.send("GET", "enrolment", f"/v1/care-homes/{home.id}", token=abroad)
        path = f"/v1/care-homes/{home.id}:free-pathway"
        body = {"pathway": "care-homes", "enrolment_id": "e-1"}
        freed = await asker.send("POST", "enrolment", path, token=abroad, json=body)
    assert listed.json()["items"] == []
    assert (one.status_code, freed.status_code) == (404, 404)


async def test_a_home_of_another_region_is_not_given_away_by_its_number(region: Region):
    number = region.registration_number()
    await region.home(registration_number=number)
    abroad = bearer_of(region, coordinator("cora", f"{region.name}-abroad"))
    told = {"name": "A", "setting": "other", "regulator": "cqc", "registration_number": number}
    async with Asker(region.platform.running.address) as asker:
        answer = await asker.send("POST", "enrolment", "/v1/care-homes", token=abroad, json=told)
    assert (answer.status_code, answer.json()["code"]) == (409, "registered_elsewhere")
    assert "details" not in answer.json()
