"""Which refusals and events a command can come to, read from the code of `decide` and what it calls.

Only names are followed, so a little too much may be found (what a shared function does for another command), and what
a method of the state raises is not.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.refusal import Refusal

Code = Callable[..., Any]
OURS = ("services.", "shared.chassis.declarations.")


def refusals(decide: Code, command: type[Command]) -> tuple[type[Refusal], ...]:
    """The refusals that may answer this command, in the order of the code."""
    return tuple(each for each in _reached(decide, command) if issubclass(each, Refusal))


def events(decide: Code, command: type[Command]) -> tuple[type[Event], ...]:
    """The events that may follow from this command, in the order of the code."""
    return tuple(each for each in _reached(decide, command) if issubclass(each, Event))


@cache
def _reached(decide: Code, command: type[Command]) -> tuple[type[Any], ...]:
    found: dict[type[Any], None] = {}
    seen: set[Code] = set()
    waiting: list[Code] = [decide]
    while waiting:
        function = waiting.pop(0)
        if function not in seen:
            seen.add(function)
            for value in _values(function, command):
                if isinstance(value, FunctionType):
                    waiting.append(value)
                else:
                    found[value] = None
    return tuple(found)


def _values(function: Code, command: type[Command]) -> Iterator[Any]:
    """What the function's own lines raise, make or call, as far as they concern the command."""
    for name in _names(ast.parse(textwrap.dedent(inspect.getsource(function))).body[0], function, command):
        value = _value(name, function.__globals__)
        ours = isinstance(value, FunctionType) and value.__module__.startswith(OURS)
        if ours or (isinstance(value, type) and issubclass(value, Refusal | Event)):
            yield value


def _value(name: str, known: Mapping[str, Any]) -> Any:
    """What a name means in a module, or `module.name`; None for what is local."""
    module, dot, inside = name.partition(".")
    found = known.get(module)
    if not dot:
        return found
    return getattr(found, inside, None) if isinstance(found, ModuleType) else None


def _names(node: ast.AST, function: Code, command: type[Command]) -> Iterator[str]:
    """The names that the code uses (`module.name` for a part of a module), without annotations and `isinstance`."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            yield f"{module}.{name}"
        case _:
            for part in _parts(node, function, command):
                yield from _names(part, function, command)


def _parts(node: ast.AST, function: Code, command: type[Command]) -> list[ast.AST]:
    match node:
        case ast.FunctionDef(body=body) | ast.ExceptHandler(body=body):
            return list(body)
        case ast.match_case(pattern=pattern, body=body):
            return list(body) if _concerns(pattern, function, command) else []
        case ast.Call(func=ast.Name(id="isinstance")):
            return []
        case ast.AnnAssign(value=value):
            return [value] if value else []
        case _:
            return list(ast.iter_child_nodes(node))


def _concerns(pattern: ast.pattern, function: Code, command: type[Command]) -> bool:
    """False when the case is for other commands only."""
    named = (ast.unparse(part.cls) for part in ast.walk(pattern) if isinstance(part, ast.MatchClass))
    classes = [_value(name, function.__globals__) for name in named]
    commands = [each for each in classes if isinstance(each, type) and issubclass(each, Command)]
    return not commands or command in commands
