"""An issuer of tokens for trying out and for tests: one key in a folder. Never for a real deployment."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.local.private import keep_private

AUDIENCE = "sixsteps"
ISSUER = "https://issuer.invalid/try-out"
KEY = "issuer-key.json"
SECONDS = 12 * 60 * 60


@dataclass(frozen=True)
class LocalIssuer:
    """Keeps its key and what services need to believe it in `folder`; a second one in the same folder is the same."""

    folder: Path

    @property
    def setting(self) -> str:
        """The value of SIXSTEPS_ISSUERS for services that shall believe it."""
        self._key()
        return json.dumps([{"issuer": ISSUER, "audience": AUDIENCE, "jwks_file": str(self.folder / "jwks.json")}])

    @property
    def has_key(self) -> bool:
        """Whether it has its key already; else the first token makes it."""
        return (self.folder / KEY).exists()

    def token(
        self,
        person_id: str,
        *,
        roles: Sequence[str],
        regions: Sequence[str],
        homes: Sequence[str] = (),
        seconds: int = SECONDS,
    ) -> str:
        """A token that says who somebody is, in which roles and regions, and for which homes; valid for so long."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person_id,
            "iat": now,
            "exp": now + seconds,
            "roles": list(roles),
            "regions": list(regions),
            "homes": list(homes),
        }
        return jwt.encode({"alg": "ES256", "kid": "try-out", "typ": "at+jwt"}, claims, self._key())

    def _key(self) -> ECKey:
        kept = self.folder / KEY
        if kept.exists():
            return ECKey.import_key(json.loads(kept.read_text()))
        self.folder.mkdir(parents=True, exist_ok=True)
        key = ECKey.generate_key("P-256", {"kid": "try-out", "use": "sig", "alg": "ES256"})
        (self.folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
        keep_private(kept, json.dumps(key.as_dict(private=True)))
        return key
