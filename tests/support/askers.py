"""Tokens for the acceptance tests, good and bad, as the platform's issuer signs them."""

import base64
import hmac
import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.demo.journey.who import Who
from deploy.local.issuer import AUDIENCE, ISSUER, LocalIssuer
from shared.chassis.clock import SystemClock
from tests.support.acceptance_region import Region

HOUR = 3600


def now() -> int:
    """The real moment, by which tokens are judged whatever the platform's clock says."""
    return int(SystemClock().now().timestamp())


def bearer_of(region: Region, who: Who | None = None) -> str:
    """A good token, of the region's coordinator unless somebody else is named."""
    person = who or region.coordinator
    issuer: LocalIssuer = region.platform.running.issuer
    return issuer.token(person.person_id, roles=person.roles, regions=[person.region], homes=list(person.homes))


def claims(region: Region, **changes: Any) -> dict[str, Any]:
    """The claims of a good token but for the changes; None leaves one out."""
    moment, person = now(), region.coordinator
    good = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": person.person_id, "iat": moment, "exp": moment + HOUR,
        "roles": list(person.roles), "regions": [region.name], "homes": [],
    }  # fmt: skip
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(region: Region, key: ECKey | None = None, **changes: Any) -> str:
    """A token with the platform's own signature (or another key's) under changed claims."""
    kept = region.platform.running.plan.folder / "issuer-key.json"
    own = ECKey.import_key(json.loads(kept.read_text()))
    return jwt.encode({"alg": "ES256", "kid": "try-out", "typ": "at+jwt"}, claims(region, **changes), key or own)


def unsigned(region: Region, algorithm: str = "none") -> str:
    """A token that nobody signed."""
    return f"{_spelled({'alg': algorithm, 'kid': 'try-out', 'typ': 'at+jwt'})}.{_spelled(claims(region))}."


def signed_with_the_public_key(region: Region) -> str:
    """A token signed by HMAC, with what everybody may know as the secret."""
    public = (region.platform.running.plan.folder / "jwks.json").read_bytes()
    content = f"{_spelled({'alg': 'HS256', 'kid': 'try-out'})}.{_spelled(claims(region))}"
    proof = hmac.digest(public, content.encode(), "sha256")
    return f"{content}.{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


def _spelled(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
