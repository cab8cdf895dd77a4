"""Commands made from their types, in words that the other commands and events of the world use too: so they meet.

A word is a value with the name of its field. The first words are those of the published examples, which tell one story;
whatever happens adds its own.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ValidationError

from deploy.cli.checkout import ROOT
from deploy.contracts.files import EXAMPLES
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.hints import members

PEOPLE = ("person-1", "person-2", "person-3")
WORDS = 3
"""So many words of one name are known: few, or nothing would meet."""

ALIASES = {"requirements_id": "version_id", "programme_id": "version_id", "also_for": "requirement_key"}
OFTEN = 0.8
WRITTEN: Mapping[Any, type] = {str: str, int: int, tuple: list, frozenset: list, list: list, Mapping: dict, dict: dict}
"""How the words of a type are written; moments are not taken from words, but lie around the time of day."""

MOMENTS = (date, datetime, AwareDatetime)
DAYS = (-40, -8, -1, 0, 0, 0, 1, 8, 40)


class Words:
    """What is spoken of so far."""

    def __init__(self) -> None:
        self._known: dict[str, list[Any]] = defaultdict(list)

    def learn(self, told: Mapping[str, Any]) -> None:
        """Take the words of these data, as JSON has them; the latest are kept."""
        for name, value in told.items():
            known = self._known[meaning(name)]
            if value is not None and value not in known:
                known.insert(0, value)
                del known[WORDS:]
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    self.learn(inner)

    def command(self, kind: type[Command], chance: Random, now: datetime) -> Command | None:
        """A command of this class that speaks of one day or another; None when what came out is none."""
        day = now + timedelta(days=chance.choice(DAYS))
        try:
            return kind.model_validate(self._fields(kind, chance, day))
        except ValidationError:
            return None

    def _fields(self, kind: type[BaseModel], chance: Random, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, field in kind.model_fields.items():
            if not field.is_required() and chance.random() > OFTEN:
                continue
            if type(None) in get_args(field.annotation) and chance.random() > OFTEN:
                told[name] = None
                continue
            told[name] = self._value(name, field.annotation, chance, now)
        return told

    def _value(self, name: str, annotation: Any, chance: Random, now: datetime) -> Any:
        kind = _plain(chance.choice([each for each in members(_plain(annotation)) if each is not NoneType]))
        known = PEOPLE if is_person(name) and kind is str else self._fitting(name, kind)
        if known and chance.random() < OFTEN:
            return chance.choice(known)
        if get_origin(kind) in (tuple, frozenset, list):
            inner = get_args(kind)[0]
            return [self._value(name.removesuffix("s"), inner, chance, now) for _ in range(chance.choice((0, 1, 1, 2)))]
        if _is_model(kind):
            return self._fields(kind, chance, now)
        return _simple(kind, name, chance, now)

    def _fitting(self, name: str, kind: Any) -> list[Any]:
        known = self._known.get(meaning(name), [])
        if get_origin(kind) is Literal:
            return [word for word in known if word in get_args(kind)]
        sort = dict if _is_model(kind) else WRITTEN.get(get_origin(kind) or kind, ())
        return [word for word in known if isinstance(word, sort) and not isinstance(word, bool)]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def meaning(name: str) -> str:
    """The word behind a field's name: `via_workshop_id` is a `workshop_id`, whatever its part is."""
    if name.endswith("_id"):
        name = "_".join(name.split("_")[-2:])
    return ALIASES.get(name, name)


def is_person(name: str) -> bool:
    """Whether the field names one person."""
    return name.endswith(("person_id", "_by"))


def _plain(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _simple(kind: Any, name: str, chance: Random, now: datetime) -> Any:
    if get_origin(kind) is Literal:
        return chance.choice(get_args(kind))
    if kind is bool:
        return chance.random() < OFTEN
    if kind is int:
        return chance.choice((1, 1, 2, 30))
    if kind in MOMENTS:
        later = name.startswith(("ends", "left", "valid_to")) or name.endswith("until")
        moment = now + timedelta(hours=3 if later else 0, days=chance.choice((0, 0, 0, 0, 30)))
        return moment.date() if kind is date else moment
    return f"{name}-{chance.choice((1, 2))}" if kind is str else {}


@cache
def examples() -> tuple[Mapping[str, Any], ...]:
    """Every published example, its people being ours, so that they are the ones who act."""
    return tuple(_cast(json.loads(path.read_text())) for path in sorted((ROOT / EXAMPLES).glob("*/*.json")))


def _cast(told: Any, name: str = "") -> Any:
    if isinstance(told, dict):
        return {inner: _cast(value, inner) for inner, value in told.items()}
    if isinstance(told, list):
        return [_cast(value, name.removesuffix("s")) for value in told]
    is_id = isinstance(told, str) and len(told) == len(str(UUID(int=0)))
    return _part(name) if is_id and is_person(name) else told


def _part(name: str) -> str:
    lead, manager, other = PEOPLE
    if name.startswith(("lead", "facilitator", "from_", "previous")):
        return lead
    return manager if name.startswith(("signatory", "manager", "applicant")) else other


def spoken() -> Words:
    """The words of the examples."""
    words = Words()
    for example in examples():
        words.learn(example["data"])
    return words
