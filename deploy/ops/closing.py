"""Read-only mode for the whole platform or one service, and back."""

from collections.abc import Callable

from deploy.local.environment import Environments
from deploy.services import manifest
from shared.chassis.declarations.service import Service
from shared.chassis.operating import looking
from shared.chassis.read_only import Closed, close, read_switch, reopen

Closings = dict[str, Closed | None]


async def closed(environments: Environments, reason: str, find: Callable[[str], Service] = manifest) -> Closings:
    """Let these services take nothing new; what they were told before is replaced. Raises Unavailable."""
    for name, settings in environments.items():
        async with looking(find(name), settings) as at:
            await close(at.around.store, at.around.clock, reason)
    return await closings(environments, find)


async def reopened(environments: Environments, find: Callable[[str], Service] = manifest) -> Closings:
    """Let these services take commands again. Raises Unavailable."""
    for name, settings in environments.items():
        async with looking(find(name), settings) as at:
            await reopen(at.around.store)
    return await closings(environments, find)


async def closings(environments: Environments, find: Callable[[str], Service] = manifest) -> Closings:
    """By service, why it takes nothing, or None. Raises Unavailable."""
    found: Closings = {}
    for name, settings in environments.items():
        async with looking(find(name), settings) as at:
            found[name] = await read_switch(at.around.store)
    return found
