"""Reads the regulator's public care directory: a CSV with a few lines of preamble, with or without a byte-order mark.

A bad row is named and skipped, the rest goes on. Raises DirectoryProblem for a file that is no such directory at all.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from typing_extensions import override

from deploy.demo.names import Home
from shared.events.values import Setting

NAME: Final = "Name"
NUMBER: Final = "CQC Location ID (for office use only)"
POSTCODE: Final = "Postcode"
TYPES: Final = "Service types"
PROVIDER: Final = "Provider name"
AUTHORITY: Final = "Local authority"
NEEDED: Final = (NAME, NUMBER, POSTCODE, TYPES, PROVIDER, AUTHORITY)
PREAMBLE_LINES: Final = 50
MAX_NAME: Final = 200

SETTINGS: Final[Mapping[str, Setting]] = {
    "nursing homes": "care-home-nursing",
    "residential homes": "care-home-residential",
    "extra care housing services": "extra-care",
}
"""The kinds of service that the programme for care homes is made for, the first that fits wins."""

_NUMBER: Final = re.compile(r"1-[0-9]{6,12}|[A-Z0-9]{3,12}")
_POSTCODE: Final = re.compile(r"[A-Za-z0-9 ]{3,10}")
_LOST: Final = "�"


class DirectoryProblem(Exception):
    """The file cannot be read as a care directory; the sentence says why."""


@dataclass(frozen=True)
class Skipped:
    """A row that was not taken: where it stands, whose it seems to be, and why."""

    line: int
    name: str
    reason: str

    @override
    def __str__(self) -> str:
        return f"line {self.line} ({self.name or 'no name'}): {self.reason}"


@dataclass(frozen=True)
class Directory:
    """The homes of a directory, and the rows that were skipped."""

    homes: Sequence[Home]
    skipped: Sequence[Skipped]


class Rows(Protocol):
    """What reads a CSV row by row."""

    @property
    def line_num(self) -> int:
        """The line that was read last."""
        ...

    def __iter__(self) -> Iterator[list[str]]:
        """The rows."""
        ...

    def __next__(self) -> list[str]:
        """The next row. Raises csv.Error for one that cannot be read."""
        ...


class _Bad(Exception):
    """Why a row is not taken."""


def read_directory(path: Path) -> Directory:
    """Read the file. Raises DirectoryProblem."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return _read(csv.reader(file), path)
    except OSError as failed:
        raise DirectoryProblem(f"{path} cannot be read: {failed.strerror}.") from failed


def _read(rows: Rows, path: Path) -> Directory:
    columns = _columns(rows, path)
    homes: dict[str, Home] = {}
    skipped: list[Skipped] = []
    for line, row in _numbered(rows, skipped):
        if not any(cell.strip() for cell in row):
            continue
        told = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        try:
            home = _home(told, homes, complete=len(row) > max(columns.values()))
        except _Bad as bad:
            skipped.append(Skipped(line, told[NAME], str(bad)))
        else:
            homes[home.registration_number] = home
    return Directory(list(homes.values()), skipped)


def _columns(rows: Rows, path: Path) -> Mapping[str, int]:
    """Where the columns stand, from the first line that names them; what comes before is preamble."""
    try:
        for _, row in zip(range(PREAMBLE_LINES), rows, strict=False):
            names = [cell.strip().casefold() for cell in row]
            if all(needed.casefold() in names for needed in (NAME, NUMBER)):
                return {needed: _place(needed, names, path) for needed in NEEDED}
    except csv.Error as broken:
        raise DirectoryProblem(f"{path} is no CSV: {broken}.") from broken
    raise DirectoryProblem(f"{path} is no care directory: no line names the columns {NAME} and {NUMBER}.")


def _place(needed: str, names: Sequence[str], path: Path) -> int:
    if needed.casefold() not in names:
        raise DirectoryProblem(f"{path} has no column {needed}.")
    return names.index(needed.casefold())


def _numbered(rows: Rows, skipped: list[Skipped]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the lines where they end; one that is no CSV is skipped."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as broken:
            skipped.append(Skipped(rows.line_num, "", f"it is no CSV: {broken}"))
        else:
            yield rows.line_num, row


def _home(told: Mapping[str, str], known: Mapping[str, Home], *, complete: bool) -> Home:
    """The home of one row. Raises _Bad."""
    if not complete:
        raise _Bad("it has too few columns")
    if any(_LOST in cell for cell in told.values()):
        raise _Bad("it is not UTF-8")
    if not 0 < len(told[NAME]) <= MAX_NAME:
        raise _Bad("it has no name, or one that is too long")
    if not _NUMBER.fullmatch(told[NUMBER]):
        raise _Bad(f"{told[NUMBER] or 'nothing'} is no location id")
    if told[NUMBER] in known:
        raise _Bad(f"its location id {told[NUMBER]} stands in the file already")
    if told[POSTCODE] and not _POSTCODE.fullmatch(told[POSTCODE]):
        raise _Bad(f"{told[POSTCODE]} is no postcode")
    return Home(
        name=told[NAME],
        registration_number=told[NUMBER],
        setting=_setting(told[TYPES]),
        postcode=told[POSTCODE] or None,
        provider_name=told[PROVIDER][:MAX_NAME] or None,
        area=told[AUTHORITY][:MAX_NAME] or None,
    )


def _setting(types: str) -> Setting:
    kinds = {kind.strip().casefold() for kind in re.split(r"[|,]", types)}
    for kind, setting in SETTINGS.items():
        if kind in kinds:
            return setting
    raise _Bad(f"the programme is for care homes, and this is: {types or 'nothing named'}")
