"""Logs: one JSON object per line on stdout, for our own words and for those of the libraries.

Every line carries the correlation id of the request or message it was written for. Nobody is named: fields that
could hold a person's details are blotted out by name, wherever they are nested, and text of unknown content is not
logged at all: of a failure its class and place are told, never its message, which may quote what somebody sent.
"""

import asyncio
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from typing_extensions import override

from shared.chassis.context import for_logs

REDACTED_KEYS = frozenset(
    {
        "address",
        "authorization",
        "body",
        "card",
        "cookie",
        "date_of_birth",
        "email",
        "first_name",
        "full_name",
        "key",
        "last_name",
        "mobile",
        "name",
        "password",
        "person_name",
        "phone",
        "postcode",
        "secret",
        "subject_name",
        "telephone",
        "text",
        "token",
        "value",
    }
)
"""Names of fields whose values never reach a log."""

BLOT = "[redacted]"
_REPEATED_AFTER_SECONDS = 30.0
_FRAMES = 3
_QUIET = ("aiokafka", "asyncio", "faststream", "motor", "pymongo", "uvicorn.access")


def start_logging(service: str, level: str = "INFO") -> None:
    """Send everything, the libraries' words included, to stdout as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Belonging(service),
        placed,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    _bridge(shared, level)


def library_logger(name: str) -> logging.Logger:
    """A logger of the standard library, for libraries that want one; it tells warnings and worse."""
    logger = logging.getLogger(f"sixsteps.{name}")
    logger.setLevel(logging.WARNING)
    return logger


def tell_forgotten(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what the event loop found that nobody waited for; its own words would hold the failure's message."""
    structlog.get_logger("asyncio").error(
        "failure_forgotten", said=context["message"], exc_info=context.get("exception")
    )


def placed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tell a failure, and what led to it, by class and by place."""
    told = event.pop("exc_info", None)
    failure = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if not isinstance(failure, BaseException):
        return event
    chain = list(_with_what_led_to(failure))
    where = [frame for each in chain for frame in traceback.format_tb(each.__traceback__)[-_FRAMES:]]
    return {**event, "exception": " from ".join(type(each).__qualname__ for each in chain), "where": where}


def _with_what_led_to(failure: BaseException) -> Iterator[BaseException]:
    waiting, seen = [failure], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        before = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
        waiting += [*getattr(each, "exceptions", ()), *([before] if before is not None else [])]


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Blot out what could name somebody."""
    return {name: BLOT if name in REDACTED_KEYS else _cleaned(value) for name, value in event.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: BLOT if name in REDACTED_KEYS else _cleaned(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(held) for held in value]
    return value


class _Belonging:
    """Says which service speaks, and for which request."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"service": self._service, **for_logs(), **event}


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Whether we say it, or a library warns: what one merely mentions may be an address with a secret in it."""
    return hasattr(record, "_logger") or record.levelno >= logging.WARNING


class _Seldom(logging.Filter):
    """Lets a library say the same thing once in a while: aiokafka says thirty times a second that Kafka is away."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(_QUIET):
            return True
        words, now = f"{record.name}: {record.getMessage()}", monotonic()
        self._said = {said: at for said, at in self._said.items() if now - at < _REPEATED_AFTER_SECONDS}
        return self._said.setdefault(words, now) == now


def _bridge(shared: list[Processor], level: str) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    handler.addFilter(_worth_a_line)
    handler.addFilter(_Seldom())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
