"""Ids that follow from what they stand for. New, random ids are made only at the edge of the chassis."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("5f1c7f0e-52a1-5d0e-9d59-0a4f4a6b2c11")


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always: how a repeated request, or a repeated event, finds the same stream."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))
