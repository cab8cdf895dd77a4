"""Which wording a message gets: what the region published last, or else what came with the platform.

`packaged/<key>.v<number>.yaml` are the packaged ones. They need nobody's act, so no message waits for an operator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.notifications.domain.template import Edition, Template
from shared.chassis.declarations.facts import Look
from shared.events.notifications import TemplateOrigin, TemplateText
from shared.events.values import Language

FOLDER = Path(__file__).parent / "packaged"


class NoWording(Exception):
    """Neither published nor packaged: there is no such key, or no such number of it."""


@dataclass(frozen=True)
class Chosen:
    """A wording in one language, and where it comes from."""

    origin: TemplateOrigin
    number: int
    text: TemplateText


async def wording(
    key: str, template_id: str | None, language: Language, look: Look, number: int | None = None
) -> Chosen:
    """The newest wording (or that number), in English where the language has none. Raises NoWording."""
    published = await look(Template, template_id) if template_id else None
    if published is not None and published.editions:
        return _choose("published", published.editions, number, language)
    return _choose("packaged", packaged().get(key, ()), number, language)


def _choose(origin: TemplateOrigin, editions: Sequence[Edition], number: int | None, language: Language) -> Chosen:
    wanted = [edition for edition in editions if number in (None, edition.number)]
    if not wanted:
        raise NoWording
    by_language = {text.language: text for text in wanted[-1].texts}
    return Chosen(origin, wanted[-1].number, by_language.get(language, by_language["en"]))


@cache
def packaged() -> Mapping[str, Sequence[Edition]]:
    """The wordings that came with the platform, by key, oldest first."""
    found: dict[str, list[Edition]] = {}
    for path in FOLDER.glob("*.yaml"):
        key, _, number = path.stem.rpartition(".v")
        found.setdefault(key, []).append(Edition(number=int(number), texts=_texts(path)))
    return {key: sorted(found[key], key=lambda edition: edition.number) for key in sorted(found)}


def _texts(path: Path) -> tuple[TemplateText, ...]:
    languages = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(TemplateText(language=language, **parts) for language, parts in languages.items())
