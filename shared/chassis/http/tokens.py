"""Who asks: OAuth 2.0 bearer tokens (JWT, RFC 9068) of the configured issuers, checked against real time.

Every flaw of a token gives the same 401, so that nobody learns from the difference; the reason is for the log only.
But who brings a token that its issuer has really signed, and is only late, is told so: they need a new one.
"""

import base64
import binascii
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import Key as SigningKey
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from shared.chassis.clock import SystemClock
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.facts import Actor
from shared.chassis.http.keysets import Fetch, KeySource, from_address, from_file
from shared.chassis.http.problems import Problem
from shared.chassis.ports import Clock

ALGORITHMS: Final = ("RS256", "ES256", "Ed25519", "EdDSA")
SKEW_SECONDS: Final = 30
MAX_TOKEN: Final = 16_000
_UNTRUSTED_HEADERS: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})
_MAX_CLAIM: Final = 1_000
REMEMBERED_TOKENS: Final = 1_000

_SUBJECT: TypeAdapter[Key] = TypeAdapter(Key)
_WORDS: TypeAdapter[frozenset[Key]] = TypeAdapter(frozenset[Key])


class Issuer(BaseModel):
    """One issuer that is trusted: what its tokens must say, and where its keys are (one of the two)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str
    jwks_file: Path | None = None
    jwks_uri: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Issuer":
        if (self.jwks_file is None) == (self.jwks_uri is None):
            raise ValueError("name either jwks_file or jwks_uri")
        return self

    def fetch(self) -> Fetch:
        """How its keys are read."""
        if self.jwks_file is not None:
            return from_file(self.jwks_file)
        return from_address(self.jwks_uri or "")


class Authenticator(Protocol):
    """Tells who asks."""

    async def actor(self, authorization: str | None) -> Actor | None:
        """The actor whom this `Authorization` header names; None without one. Raises Problem 401, and Unavailable."""
        ...


class _Flawed(Exception):
    """The token does not count; the reason names rules, never claims."""


@dataclass(frozen=True)
class _Trusted:
    issuer: Issuer
    keys: KeySource
    claims: jwt.JWTClaimsRegistry


class TokenAuthenticator:
    """Believes the tokens of these issuers, and no others."""

    def __init__(
        self,
        issuers: Sequence[Issuer],
        unit_claim: str,
        clock: Clock | None = None,
        remembered: int = REMEMBERED_TOKENS,
    ) -> None:
        self._remembered = remembered
        self._clock = clock or SystemClock()
        self._unit_claim = unit_claim
        self._seen: OrderedDict[bytes, tuple[SigningKey, dict[str, Any]]] = OrderedDict()
        self._trusted = {issuer.issuer: self._trust(issuer) for issuer in issuers}

    async def actor(self, authorization: str | None) -> Actor | None:
        """The actor whom this `Authorization` header names; None without one. Raises Problem 401, and Unavailable."""
        if authorization is None:
            return None
        scheme, _, token = authorization.partition(" ")
        try:
            return self._who(await self._claims(scheme, token.strip()))
        except ExpiredTokenError as late:  # looked at only once the signature is proven
            raise _refused("expired", "The token has expired.", ', error_description="The token has expired"') from late
        except (_Flawed, JoseError, ValidationError) as flaw:
            raise _refused("invalid_token", "The token does not count.") from flaw

    def _trust(self, issuer: Issuer) -> _Trusted:
        claims = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock.now().timestamp()),
            leeway=SKEW_SECONDS,
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": issuer.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        return _Trusted(issuer, KeySource(issuer.fetch()), claims)

    async def _claims(self, scheme: str, token: str) -> Mapping[str, Any]:
        if scheme.lower() != "bearer":
            raise _Flawed("another scheme")
        header, unproven = _parts(token)
        _check_header(header)
        trusted = self._trusted.get(str(unproven.get("iss")))
        if trusted is None:
            raise _Flawed("another issuer")
        key = await trusted.keys.key(header.get("kid"))
        if key is None:
            raise _Flawed("unknown key")
        claims = self._proven(token, key)
        trusted.claims.validate(claims)
        return claims

    def _proven(self, token: str, key: SigningKey) -> dict[str, Any]:
        """The claims of a token that this key signed: proved once, while the key is the same. Raises JoseError."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._seen.get(digest)
        if known is not None and known[0] is key:
            return known[1]
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        self._seen[digest] = (key, claims)
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return claims

    def _who(self, claims: Mapping[str, Any]) -> Actor:
        subject = _SUBJECT.validate_python(claims["sub"])
        partner = claims.get("client_id") == subject  # RFC 9068: a system that speaks for itself
        return Actor(
            kind="partner" if partner else "person",
            id=subject,
            roles=_words(claims, "roles"),
            regions=_words(claims, "regions"),
            units=_words(claims, self._unit_claim),
            through=_acting(claims),
        )


def not_signed_in() -> Problem:
    """The problem of a request that must say who asks, and does not."""
    return _problem("not_signed_in", "This needs a token.")


def _refused(code: str, detail: str, more: str = "") -> Problem:
    """The problem of a token that does not count: one error in RFC 6750, whose description says more."""
    return _problem(code, detail, f', error="invalid_token"{more}')


def _problem(code: str, detail: str, challenge: str = "") -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": f'Bearer realm="api"{challenge}'})


def _acting(claims: Mapping[str, Any]) -> str | None:
    """Who acts with a token that was handed on to them: the claim `act` of RFC 8693."""
    act = claims.get("act")
    if act is None:
        return None
    if not isinstance(act, dict):
        raise _Flawed("claim act names nobody")
    return _SUBJECT.validate_python(act.get("sub"))


def _words(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    found = claims.get(name, [])
    if not isinstance(found, list) or len(found) > _MAX_CLAIM:
        raise _Flawed(f"claim {name} is not a list")
    return _WORDS.validate_python(found)


def _parts(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as they stand there, not yet believed."""
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        raise _Flawed("not a signed token")
    return _spelled(parts[0]), _spelled(parts[1])


def _spelled(part: str) -> Mapping[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise _Flawed("unreadable") from None
    if not isinstance(found, dict):
        raise _Flawed("unreadable")
    return found


def _check_header(header: Mapping[str, Any]) -> None:
    if header.get("alg") not in ALGORITHMS:
        raise _Flawed("algorithm not allowed")
    if _UNTRUSTED_HEADERS & header.keys():
        raise _Flawed("the token brings its own key or demands")
    kind = header.get("typ")
    if kind is not None and str(kind).lower().removeprefix("application/") != "at+jwt":
        raise _Flawed("not an access token")
    if not isinstance(header.get("kid"), str | None):
        raise _Flawed("the key's id is no text")
