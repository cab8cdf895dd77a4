"""One uploaded file: the raw body, or a multipart form with this one file in it. Says by a Problem what is wrong."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final, NoReturn

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.chassis.declarations.aggregate import Attachment
from shared.chassis.http.bodies import read_body
from shared.chassis.http.filetypes import media_type
from shared.chassis.http.problems import Problem

MAX_NAME: Final = 200
_FORM_BYTES: Final = 10_000
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


@dataclass(frozen=True)
class Upload:
    """A file whose name, size and type have been looked at."""

    name: str
    content: bytes
    media_type: str


async def read_upload(request: Request, attachment: Attachment) -> Upload:
    """The file in the request. Raises Problem 413, 415 and 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        name, content = await _from_form(request, attachment.max_bytes)
    else:
        name, content = request.query_params.get("name"), await read_body(request, attachment.max_bytes)
    if not content:
        raise Problem(422, "file_empty", "There is nothing in the file.")
    shown = media_type(content)
    if shown is None or shown not in attachment.media_types:
        raise Problem(
            415, "file_type_not_taken", "Files of this kind are not taken. What counts is the content, not the name.",
            details={"found": shown, "taken": sorted(attachment.media_types)},
        )  # fmt: skip
    return Upload(_name(name), content, shown)


async def _from_form(request: Request, max_bytes: int) -> tuple[str | None, bytes]:
    body = await read_body(request, max_bytes + _FORM_BYTES)

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=0, max_part_size=_FORM_BYTES)
        form = await parser.parse()
    except (MultiPartException, HTTPException, KeyError, ValueError):
        _one_file()
    try:
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        if len(files) != 1:
            _one_file()
        content = await files[0].read(max_bytes + 1)
    finally:
        await form.close()
    if len(content) > max_bytes:
        detail = "The file is larger than this service takes."
        raise Problem(413, "body_too_large", detail, details={"max_bytes": max_bytes})
    return files[0].filename, content


def _one_file() -> NoReturn:
    raise Problem(422, "invalid_form", "Send a form with exactly one file in it, and nothing else.") from None


def _name(name: str | None) -> str:
    if name is None or not name.strip():
        return "file"
    stripped = name.strip()
    if len(stripped) > MAX_NAME or not stripped.isprintable() or _FORBIDDEN & set(stripped) or stripped[0] == ".":
        raise Problem(422, "file_name_not_usable", "The file's name has characters that are not taken, or is too long.")
    return stripped
