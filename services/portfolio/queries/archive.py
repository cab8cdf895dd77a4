"""A ZIP archive that is written while it is sent, and says at its end what is in it.

`SHA256SUMS` is in the form that `sha256sum -c` reads. Only one entry is in memory at a time.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
STORED_ENDINGS: Final = (".pdf", ".png", ".jpg", ".docx")
"""Compressed already: pressing them again costs time and saves nothing."""


class Outlet:
    """Where the archive is written to; what has come is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """All is there already."""

    def taken(self) -> bytes:
        """What has come since it was last asked."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


async def zipped(entries: AsyncIterator[tuple[str, bytes]], about: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The archive of these entries (name, content), with a manifest that tells `about` them, and their sums."""
    outlet, sums = Outlet(), dict[str, str]()
    with ZipFile(outlet, "w") as archive:  # type: ignore[call-overload]  # it writes to what cannot be sought in, too
        async for name, content in entries:
            sums[name] = _put(archive, name, content)
            yield outlet.taken()
        manifest = {**about, "files": [{"path": name, "sha256": digest} for name, digest in sums.items()]}
        sums[MANIFEST] = _put(archive, MANIFEST, json.dumps(manifest, indent=2).encode())
        _put(archive, SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
    yield outlet.taken()


def _put(archive: ZipFile, name: str, content: bytes) -> str:
    kind = ZIP_STORED if name.endswith(STORED_ENDINGS) else ZIP_DEFLATED
    archive.writestr(ZipInfo(name), content, compress_type=kind)
    return hashlib.sha256(content).hexdigest()
