"""A region more, without a deployment: a region is a word in tokens, events and documents, and needs a programme.

Publishing a programme version there is all it takes; the issuer's part is to put the region into people's tokens.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import yaml

PROGRAMMES = Path(__file__).resolve().parents[2] / "services" / "enrolment" / "programmes"
REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
ANSWER_SECONDS = 30.0


class NotAdded(Exception):
    """The region could not be added; the sentence says why."""


@dataclass(frozen=True)
class Added:
    """The region and its programme version."""

    region: str
    programme: str
    version_id: str


async def added(enrolment: str, token: str, region: str, programme: Mapping[str, Any] | None = None) -> Added:
    """Publish a programme version (the default one) in the region, asked at this address with a coordinator's token.

    Asked again it changes nothing. Raises NotAdded.
    """
    if not REGION.fullmatch(region):
        raise NotAdded(f"{region!r} is no region: small letters, digits and hyphens, 63 at most.")
    told = programme or default_programme()
    key = f"region-add-{region}-{hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:16]}"
    headers = {"Authorization": f"Bearer {token}", "Sixsteps-Region": region, "Idempotency-Key": key}
    try:
        async with httpx2.AsyncClient(base_url=enrolment, timeout=ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.post("/v1/programme-versions", json=dict(told), headers=headers)
    except httpx2.HTTPError as away:
        raise NotAdded(f"{enrolment} cannot be reached ({type(away).__name__}).") from away
    body = answer.json()
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise NotAdded(f"enrolment says no: {body.get('detail', answer.status_code)}")
    return Added(region, f"{told['programme']} {told['number']}", body["id"])


def default_programme() -> Mapping[str, Any]:
    """The newest programme version that comes with the platform."""
    return programme_in(max(PROGRAMMES.glob("*.yaml")))


def programme_in(file: Path) -> Mapping[str, Any]:
    """A programme version out of a file. Raises NotAdded."""
    try:
        found: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as wrong:
        raise NotAdded(f"{file} cannot be read: {wrong}") from wrong
    if not isinstance(found, dict):
        raise NotAdded(f"{file} holds no programme version.")
    return found
