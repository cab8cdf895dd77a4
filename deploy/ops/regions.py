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

from deploy.programmes import default_programme, read_programme
from shared.chassis.ports import Unavailable

REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
ANSWER_SECONDS = 30.0


class NotAdded(Exception):
    """Enrolment says no; the sentence says why."""


class NotAsked(Exception):
    """What was told makes no region or no programme version; the sentence says why."""


@dataclass(frozen=True)
class Added:
    """The region and its programme version."""

    region: str
    programme: str
    version_id: str


async def added(enrolment: str, token: str, region: str, programme: Path | None = None) -> Added:
    """Publish a programme version (of a file, else the default one) in the region; `token` is a coordinator's.

    Asked again it changes nothing. Raises NotAsked, NotAdded, Unavailable.
    """
    if not REGION.fullmatch(region):
        raise NotAsked(f"{region!r} is no region: small letters, digits and hyphens, 63 at most.")
    told = _programme_in(programme) if programme else default_programme()
    key = f"region-add-{region}-{hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:16]}"
    headers = {"Authorization": f"Bearer {token}", "Sixsteps-Region": region, "Idempotency-Key": key}
    try:
        async with httpx2.AsyncClient(base_url=enrolment, timeout=ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.post("/v1/programme-versions", json=dict(told), headers=headers)
    except httpx2.HTTPError as away:
        raise Unavailable(f"enrolment at {enrolment}: {type(away).__name__}") from away
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise NotAdded(f"enrolment says no: {_reason(answer)}")
    return Added(region, f"{told['programme']} {told['number']}", answer.json()["id"])


def _programme_in(file: Path) -> Mapping[str, Any]:
    try:
        return read_programme(file)
    except (OSError, ValueError, yaml.YAMLError) as wrong:
        raise NotAsked(f"{file} holds no programme version: {wrong}") from wrong


def _reason(answer: httpx2.Response) -> str:
    """Why not, in enrolment's words; from an address where something else answers, only the status."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return f"{answer.status_code}, from something that is not enrolment"
    faults = (f"{fault.get('pointer', '')} {fault.get('detail', '')}".strip() for fault in told.get("errors", ()))
    return f"{told.get('detail', answer.status_code)} {'; '.join(faults)}".rstrip()
