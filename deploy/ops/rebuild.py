"""Rebuilding a view from history, or only comparing it with what history says."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from shared.chassis.assembling import Assembled
from shared.chassis.declarations.service import Service
from shared.chassis.operating import looking
from shared.chassis.reading.projections import DEADLINES
from shared.chassis.reading.rebuilding import Compared, Rebuilding, Rebuilt

TELL_EVERY_SECONDS = 0.25
Tell = Callable[[int], None]


class NoSuchView(Exception):
    """The service has no view of this name; the sentence names those it has."""


def rebuildable(service: Service) -> list[str]:
    """What can be rebuilt: each view by its path, and all deadlines together."""
    return [*(view.path for view in service.views), *([DEADLINES] if service.deadlines else [])]


async def rebuilt(service: Service, settings: Mapping[str, str], view: str, tell: Tell = lambda _: None) -> Rebuilt:
    """Fold all history anew and put it in place; `tell` hears how many events were folded so far.

    Raises NoSuchView, Leased, LeaseLost, Unavailable: then run it again.
    """
    async with looking(service, settings) as at:
        rebuilding = _rebuilding(at, view)
        async with _Telling(rebuilding, tell):
            return await rebuilding.rebuild()


async def verified(service: Service, settings: Mapping[str, str], view: str, tell: Tell = lambda _: None) -> Compared:
    """Compare the live rows with what history says; changes nothing. Raises NoSuchView, Leased, Unavailable."""
    async with looking(service, settings) as at:
        rebuilding = _rebuilding(at, view)
        async with _Telling(rebuilding, tell):
            return await rebuilding.verify()


async def verified_of_key(service: Service, settings: Mapping[str, str], key: str) -> Mapping[str, Compared]:
    """By view, how the rows that one key's streams feed compare with history (the key of a home: its id).

    Changes nothing. Raises Leased, Unavailable.
    """
    async with looking(service, settings) as at:
        return {view: await at.readers.rebuilding(view, key).verify() for view in rebuildable(service)}


def _rebuilding(at: Assembled, view: str) -> Rebuilding:
    known = rebuildable(at.service)
    if view not in known:
        raise NoSuchView(f"{at.service.name} has no view {view!r}; it has {', '.join(known)}")
    return at.readers.rebuilding(view)


class _Telling:
    """Tells how far a rebuild is, now and then, as long as it runs."""

    def __init__(self, rebuilding: Rebuilding, tell: Tell) -> None:
        self._rebuilding = rebuilding
        self._tell = tell
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            self._tell(self._rebuilding.events)
            await asyncio.sleep(TELL_EVERY_SECONDS)
