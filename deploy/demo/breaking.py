"""What it means when the story breaks off: the first reason, in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2

from deploy.demo.journey.answers import Refused
from deploy.demo.journey.waiting import NotInTime
from deploy.demo.pulse import NeverQuiet
from shared.chassis.ports import Unavailable

REASONS: Final = (Refused, NotInTime, NeverQuiet, Unavailable, httpx2.TransportError)


class BrokeOff(Exception):
    """The story could not be played to its end; the sentence says why."""


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Turn every foreseen reason, alone or among several at once, into one BrokeOff."""
    try:
        yield
    except (*REASONS, ExceptionGroup) as failure:
        reasons = list(_leaves(failure))
        for reason in reasons:
            if not isinstance(reason, REASONS):
                raise
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        raise BrokeOff(f"{type(reasons[0]).__name__}: {reasons[0]}{more}") from failure


def _leaves(failure: BaseException) -> Iterator[BaseException]:
    if isinstance(failure, BaseExceptionGroup):
        for part in failure.exceptions:
            yield from _leaves(part)
    else:
        yield failure
