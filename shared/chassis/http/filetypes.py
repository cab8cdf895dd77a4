"""What a file is, by its content alone: headers and names are only what somebody says.

A file counts as a type only when it looks like it from its first byte to its last, so that one file cannot be two
things.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import puremagic

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ZIP_TYPES: Final[Mapping[str, str]] = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
_MAX_ENTRIES: Final = 2_000
_MAX_UNPACKED: Final = 200_000_000
_TAIL: Final = 2_048
_ENTRY: Final = b"PK\x01\x02"
_BLANKS: Final = "\r\n\t\f"


def media_type(content: bytes) -> str | None:
    """The media type that the content shows, or None when it shows none that can be trusted."""
    for kind, looks_like in _CHECKS.items():
        if looks_like(content):
            return kind
    if content.startswith(b"PK"):
        return _packed(content)
    return _by_magic(content) or ("text/plain" if _plain(content) else None)


def _png(content: bytes) -> bool:
    return (
        content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR" and content.endswith(b"IEND\xaeB`\x82")
    )


def _jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9")


def _gif(content: bytes) -> bool:
    return content[:6] in (b"GIF87a", b"GIF89a") and content.endswith(b";")


def _webp(content: bytes) -> bool:
    length = int.from_bytes(content[4:8], "little") + 8
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP" and length == len(content)


def _pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_TAIL:]


_CHECKS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
    "application/pdf": _pdf,
}


def _packed(content: bytes) -> str | None:
    """An office document without macros; no other archive counts, nor one that unpacks into too much."""
    if content.count(_ENTRY) > _MAX_ENTRIES:  # before anything is made of them: a list of entries can be all there is
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    names = {entry.filename for entry in entries}
    too_much = sum(entry.file_size for entry in entries) > _MAX_UNPACKED
    hidden = any(entry.flag_bits & 0x1 for entry in entries)
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if too_much or hidden or macros or "[Content_Types].xml" not in names or not content.startswith(b"PK\x03\x04"):
        return None
    return next((kind for name, kind in _ZIP_TYPES.items() if name in names), None)


def _by_magic(content: bytes) -> str | None:
    """What the library sees at the very beginning; never a type that has a check of its own above."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return None
    first = next((match for match in found if match.offset == 0 and match.mime_type), None)
    kind = None if first is None else str(first.mime_type)
    checked_otherwise = kind is None or kind in _CHECKS or kind in _ZIP_TYPES.values() or kind.startswith("text/")
    return None if checked_otherwise else kind


def _plain(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    marked_up = text.lstrip()[:2].startswith(("<", "%!", "#!")) or "%PDF-" in text[:_TAIL]
    if not text or marked_up:
        return False
    for blank in _BLANKS:
        text = text.replace(blank, "")
    return text.isprintable()
