"""What people read before they agree, and the directory as a table to take away."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.network.domain.askers import NETWORK
from services.network.domain.member import PROFILE
from services.network.domain.wordings import WORDINGS
from services.network.views.directory import DIRECTORY, SEARCHED_WITHIN, entry_for
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Download, Query, QueryTools
from shared.events.values import Setting, Wording

CARD: Final = ("name", "job_title", "email", "phone")
COLUMNS: Final = ("member_id", *CARD, *sorted(PROFILE))


class WordingsQuestion(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wordings(BaseModel):
    """Every version under which consent can be given."""

    wordings: tuple[Wording, ...]


async def wordings(question: WordingsQuestion, tools: Tools) -> Wordings:
    """The wordings of the consent to share, by version."""
    del question, tools
    return Wordings(wordings=tuple(WORDINGS.values()))


WORDINGS_TO_READ = Query(path="sharing-consent-wordings", read_by=SIGNED_IN, question=WordingsQuestion, answer=wordings)


class DirectoryQuestion(BaseModel):
    """Whom to look for, as in the directory itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    background: Key | None = None
    sector: Key | None = None
    setting: Setting | None = None
    area: Key | None = None
    interests: Key | None = None


async def directory_export(question: DirectoryQuestion, tools: QueryTools) -> Download:
    """The directory as a table (CSV): what members show to the whole region at this moment, and nothing else."""
    rows = await tools.rows(DIRECTORY, **question.model_dump(exclude_none=True))
    entries = [entry_for(row, await tools.card(row.person_id), SEARCHED_WITHIN) for row in rows]
    return Download(content=_table(entry for entry in entries if entry), file_name="directory.csv")


def _table(entries: Iterable[Mapping[str, Any]]) -> bytes:
    written = StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for entry in entries:
        told = {**entry, **entry["shared"]}
        table.writerow([_cell(name, told.get(name)) for name in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _cell(name: str, value: Any) -> str:
    """The value as text; what a spreadsheet would take for a formula is marked as text."""
    text = " ".join(value) if isinstance(value, list | tuple) else str(value or "")
    return f"'{text}" if name != "phone" and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


DIRECTORY_EXPORT = Query(
    path="directory-export", read_by=NETWORK, question=DirectoryQuestion, answer=directory_export, media_type="text/csv"
)
