"""New ids: the only file that makes them."""

from uuid import uuid4


def new_id() -> str:
    """An id nobody has yet."""
    return str(uuid4())
