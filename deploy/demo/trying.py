"""The platform for trying out, as `./sixsteps up` asks for it: opened, seeded, introduced, and watched until Ctrl-C."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from deploy.demo.breaking import told_in_a_sentence
from deploy.demo.folder import empty
from deploy.demo.journey import region, who
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import REGION, Who, tokens_from
from deploy.demo.opening import StackKind, Wanted, opened, what_starts
from deploy.demo.standing import introduce, stand
from deploy.local.folder import UP_FOLDER, as_option, claimed
from deploy.local.platform import RunningPlatform
from shared.events import roles


@dataclass(frozen=True)
class TryOut:
    """What was asked for. `fresh`: begin with nothing."""

    folder: Path = UP_FOLDER
    fresh: bool = False
    stack: StackKind = "embedded"


def stay_up(asked: TryOut, console: Console) -> None:
    """Open the platform and stay until Ctrl-C. Raises StackProblem and BrokeOff."""
    with claimed(asked.folder.resolve()) as folder:
        if asked.fresh:
            empty(folder)
        console.print(what_starts(asked.stack))
        with opened(Wanted(folder, asked.stack, lasting=True)) as platform:
            with told_in_a_sentence():
                version_id = asyncio.run(seed(platform))
            introduce(platform, people(), console)
            _what_next(platform, version_id, as_option(asked.folder), console)
            stand(platform, console)


async def seed(platform: RunningPlatform) -> str:
    """Publish the default programme version in the region; doing so again changes nothing. Its id. Raises Refused."""
    addresses = {name: platform.address(name) for name in platform.services}
    async with Api(addresses, tokens_from(platform.issuer)) as api:
        found: str = (await region.publish_programme(api, who.coordinator())).body["version_id"]
        return found


def people() -> list[tuple[str, Who]]:
    """One of each role, as `./sixsteps token` names them."""
    named = (
        roles.COORDINATOR,
        roles.FACILITATOR,
        roles.MANAGER,
        roles.REPRESENTATIVE,
        roles.MEMBER,
        roles.OPERATOR,
    )
    return [(role, Who(f"{role}-1", (role,), REGION)) for role in named]


def _what_next(platform: RunningPlatform, version_id: str, of: str, console: Console) -> None:
    address = platform.address("enrolment")
    lines = (
        "",
        f"The region {REGION} has the programme version {version_id}.",
        f"A token for a home's manager: ./sixsteps token manager --home <the home's id>{of}",
        "Try next:",
        f"  TOKEN=$(./sixsteps token coordinator{of})",
        f'  curl -H "Authorization: Bearer $TOKEN" {address}/v1/programme-versions',
        '  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: 1" \\',
        f"    -d '{HOME}' {address}/v1/care-homes",
        f"Data and ports are kept; Ctrl-C stops everything in order, ./sixsteps up --fresh{of} begins anew.",
    )
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


HOME: Final = (
    '{"name": "Bryn House", "setting": "care-home-nursing", "regulator": "cqc", "registration_number": "1-900000001"}'
)
