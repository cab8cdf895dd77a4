"""What portfolio knows of a home."""

from typing import ClassVar

from shared.chassis.declarations.event import Event


class HomeNoted(Event):
    """Portfolio knows in which place a home is. Caused sometimes by NoteHome."""

    private: ClassVar[bool] = True

    home_id: str
    place: str | None
