"""Whether an event class still keeps what its committed schema promised, by jsonschema-rs."""

from collections.abc import Iterator

from jsonschema_rs import canonicalize
from jsonschema_rs.canonical import Containment

from deploy.contracts import schemas
from deploy.contracts.schemas import Schema


def breaks(committed: Schema, written_now: Schema, read_now: Schema) -> Iterator[str]:
    """What would go wrong if the change went out under the same version; nothing when it may.

    What was written before must be readable by today's class, and what is written today by whoever reads by the
    committed schema. An answer that cannot be computed counts as a no.
    """
    if not _covers(_bare(read_now), schemas.closed(_bare(committed))):
        yield "what is stored already could not be read any more"
    earlier_reader = schemas.complete(schemas.opened(_bare(committed)))
    if not _covers(earlier_reader, schemas.complete(schemas.closed(_bare(written_now)))):
        yield "who reads by the committed schema could not read what is written now"


def _covers(reader: Schema, writer: Schema) -> bool:
    return canonicalize(dict(reader)).covers(canonicalize(dict(writer))) == Containment.YES


def _bare(schema: Schema) -> Schema:
    return {name: part for name, part in schema.items() if name not in ("$id", "$schema", "title", "description")}
