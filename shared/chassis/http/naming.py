"""The words of the addresses: which command is asked where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.convertors import Convertor, register_url_convertor
from typing_extensions import override

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.command import Command

KEY_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
V1: Final = "/v1"


class _KeyConvertor(Convertor[str]):
    """A path parameter that may be an id or a code; anything else is an address that does not exist."""

    regex = KEY_PATTERN

    @override
    def convert(self, value: str) -> str:
        return value

    @override
    def to_string(self, value: str) -> str:
        return value


register_url_convertor("key", _KeyConvertor())


@dataclass(frozen=True)
class Asked:
    """One command and where it is asked; `path` has a parameter `id` unless the command creates."""

    aggregate: Aggregate[Any, Any, Any, Any]
    command: type[Command]
    path: str


def verb(aggregate: str, command: type[Command]) -> str:
    """The word in the path: the class's name without the aggregate's name, in kebab case, unless it is set."""
    if command.verb is not None:
        return command.verb
    words = _words(command.__name__)
    taken = [word.lower() for word in aggregate.split("-")]
    lowered = [word.lower() for word in words]
    for start in range(len(words) - len(taken) + 1):
        if lowered[start : start + len(taken)] == taken and len(words) > len(taken):
            return "-".join(lowered[:start] + lowered[start + len(taken) :])
    return "-".join(lowered)


def asked_commands(aggregate: Aggregate[Any, Any, Any, Any]) -> Sequence[Asked]:
    """The commands that somebody outside may ask, with their addresses.

    The first declared command that creates has the bare path. The command of an attachment is asked by an upload only.
    """
    found, bare_taken = [], False
    for command in aggregate.commands:
        if command.asked_by.internal or is_attachment(aggregate, command):
            continue
        word = verb(aggregate.name, command)
        if not command.creates:
            path = f"{V1}/{aggregate.path}/{{id:key}}:{word}"
        else:
            path = f"{V1}/{aggregate.path}:{word}" if bare_taken else f"{V1}/{aggregate.path}"
            bare_taken = True
        found.append(Asked(aggregate, command, path))
    return found


def is_attachment(aggregate: Aggregate[Any, Any, Any, Any], command: type[Command]) -> bool:
    """Whether this command belongs to the files of the aggregate."""
    return aggregate.attachment is not None and aggregate.attachment.command is command


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
