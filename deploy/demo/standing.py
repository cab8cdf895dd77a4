"""A platform that stays up in the foreground: it is watched, and a service that dies is started again."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from deploy.demo.journey.who import Who
from deploy.local.folder import as_option
from deploy.local.platform import RunningPlatform, RunningService
from deploy.local.problem import StackProblem

WATCH_SECONDS: Final = 0.5
DEATHS: Final = 3
WITHIN_SECONDS: Final = 60.0


class KeptDying(Exception):
    """A service ended again and again; the sentence says which."""


def stand(platform: RunningPlatform, console: Console) -> None:
    """Watch over the platform until Ctrl-C. Raises KeptDying."""
    deaths: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=DEATHS))
    try:
        while True:
            for service in platform.services.values():
                if service.process is None or service.process.poll() is not None:
                    _again(service, deaths[service.name], console)
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        console.print("Stopping everything in order …")


def _again(service: RunningService, deaths: deque[float], console: Console) -> None:
    code = service.process.returncode if service.process else None
    deaths.append(time.monotonic())
    if len(deaths) == DEATHS and deaths[-1] - deaths[0] < WITHIN_SECONDS:
        raise KeptDying(f"The {service.name} service ended {DEATHS} times in a minute (code {code}); see its log.")
    console.print(f"The {service.name} service ended with code {code}; starting it again. Its log says why.")
    service.start()
    try:
        service.wait_ready()
    except StackProblem:
        return  # it ended again, or takes long; the next look will tell
    console.print(f"The {service.name} service is ready again at {service.address}.")


def introduce(platform: RunningPlatform, people: Sequence[tuple[str, Who]], console: Console) -> None:
    """Print addresses, a token for each role, and where things lie."""
    console.print("\nAddresses")
    for name, service in platform.services.items():
        console.print(f"  {name:<14} {service.address}   (/openapi.json, /readyz, /metrics)", highlight=False)
    console.print(f"  {'kafka':<14} {platform.plan.kafka}", highlight=False)
    console.print(f"  {'mongo':<14} {platform.plan.mongo}", highlight=False)
    console.print("\nTokens (12 hours; region north)")
    for role, who in people:
        token = platform.issuer.token(who.person_id, roles=who.roles, regions=[who.region], homes=who.homes)
        console.print(f"  {role} ({who.person_id})\n{token}", highlight=False, soft_wrap=True, markup=False)
    console.print(f"\nE-mails  {platform.mail.folder}   one .eml file each", highlight=False, soft_wrap=True)
    console.print(f"Logs     {platform.plan.folder}", highlight=False, soft_wrap=True)
    console.print(f"Look     ./sixsteps ops status{as_option(platform.plan.folder)}", highlight=False, soft_wrap=True)
