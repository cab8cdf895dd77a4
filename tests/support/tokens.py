"""An issuer of made-up tokens, good and bad."""

import base64
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

ISSUER = "https://issuer.test"
AUDIENCE = "six-steps"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})


def key_file(folder: Path, *keys: Key) -> Path:
    """The public keys of these, as a file."""
    path = folder / "jwks.json"
    path.write_text(json.dumps(KeySet(list(keys) or [RSA, EC, ED]).as_dict(private=False)))
    return path


def claims(*roles: str, **changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change to None leaves the claim out."""
    now = int(NOW.timestamp())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ann",
        "iat": now,
        "exp": now + 300,
        "roles": list(roles),
        "regions": ["north"],
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(*roles: str, key: Key = RSA, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A signed token."""
    algorithm = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}[key.key_type]
    told = {"alg": algorithm, "kid": key.kid, "typ": "at+jwt", **(header or {})}
    told = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(told, claims(*roles, **changes), key, algorithms=[told["alg"]], default_type=None)


def unsigned(*roles: str, algorithm: str = "none") -> str:
    """A token that nobody signed."""
    return f"{_spelled({'alg': algorithm, 'kid': 'rsa'})}.{_spelled(claims(*roles))}."


def with_header(signed: str, **header: Any) -> str:
    """The same token with another header, the signature left as it was."""
    first, rest = signed.split(".", 1)
    known = json.loads(base64.urlsafe_b64decode(first + "=="))
    return f"{_spelled({**known, **header})}.{rest}"


def confused(*roles: str) -> str:
    """A token signed by HMAC with the text of the public key as secret."""
    content = f"{_spelled({'alg': 'HS256', 'kid': 'rsa'})}.{_spelled(claims(*roles))}"
    proof = hmac.digest(RSA.as_pem(private=False), content.encode(), "sha256")
    return f"{content}.{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


def _spelled(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
