"""Every generated file as it should be, what stands there instead, and what must not be overwritten."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from deploy.contracts import asyncapi, examples, schemas
from deploy.contracts.compatibility import breaks
from deploy.contracts.language import Language, Published
from deploy.contracts.tables import TABLES
from shared.chassis.declarations.service import Service

EVENTS: Final = Path("shared") / "events"
SCHEMAS: Final = EVENTS / "schemas"
EXAMPLES: Final = EVENTS / "examples"
_MARKED: Final = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


class MarkerMissing(Exception):
    """A service's README has no place for one of the tables."""


@dataclass(frozen=True)
class Report:
    """`stale` are paths that differ from what they should be; `broken` says which promise would be broken, and how."""

    stale: Mapping[Path, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.stale or self.broken)


def compared(language: Language, root: Path) -> Report:
    """How the files below `root` compare with the classes. Raises MarkerMissing."""
    broken = tuple(_broken(language, root))
    wanted = {root / path: text for path, text in _wanted(language, root)}
    stale = {path: text for path, text in wanted.items() if not path.is_file() or path.read_text() != text}
    return Report(stale, broken)


def write(report: Report) -> None:
    """Bring the stale files up to date. To be called only when nothing is broken."""
    for path, text in report.stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _wanted(language: Language, root: Path) -> Iterator[tuple[Path, str]]:
    told = {one.file: examples.example(one, _kept(root / EXAMPLES / one.file)) for one in language.published}
    for one in language.published:
        yield SCHEMAS / one.file, _json(schemas.written(one))
        yield EXAMPLES / one.file, _json(told[one.file])
    for service in language.services:
        yield SCHEMAS / service.name / "asyncapi.json", _json(asyncapi.document(language, service, told))
        readme = Path("services") / service.name / "README.md"
        yield readme, filled((root / readme).read_text(), language, service)


def filled(readme: str, language: Language, service: Service) -> str:
    """The text with every table between its markers. Raises MarkerMissing when a table has no place."""
    present = {name for _, name, _ in _MARKED.findall(readme)}
    missing = sorted(TABLES.keys() ^ present)
    if missing:
        raise MarkerMissing(
            f"services/{service.name}/README.md: the markers of {', '.join(missing)} are not as expected"
        )
    return _MARKED.sub(lambda found: found[1] + _rows(found[2], language, service) + found[3], readme)


def _rows(name: str, language: Language, service: Service) -> str:
    return "".join(f"{row}\n" for row in TABLES[name](language, service))


def _broken(language: Language, root: Path) -> Iterator[str]:
    """Promises that the classes no longer keep. A schema that was committed is a promise."""
    known = {one.file: one for one in language.published}
    for path in sorted((root / SCHEMAS).glob("*/*.v*.json")):
        name = path.relative_to(root / SCHEMAS).as_posix()
        if name in known:
            now = known[name]
            found = breaks(json.loads(path.read_text()), schemas.written(now), schemas.read(now.event))
            yield from (f"{name}: {fault}" for fault in found)
        else:
            yield from _left_behind(name, known)


def _left_behind(name: str, known: Mapping[str, Published]) -> Iterator[str]:
    """An older version must have a way up to the class of today; an event that is gone can be read by nobody."""
    event, _, version = name.removesuffix(".json").rpartition(".v")
    now = next((one for file, one in known.items() if file.rpartition(".v")[0] == event), None)
    if now is None:
        yield f"{name}: no event of that name is published any more, but journals and topics hold it for ever"
    elif int(version) > now.event.version:
        yield f"{name}: the class went back to version {now.event.version}"
    else:
        missing = [step for step in range(int(version), now.event.version) if step not in now.event.upcasts]
        yield from (f"{name}: the class has no upcast from version {step}" for step in missing)


def _kept(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    found: Mapping[str, Any] = json.loads(path.read_text())
    return found


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
