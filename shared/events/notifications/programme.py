"""What a programme version calls its requirements."""

from typing import ClassVar

from shared.chassis.declarations.event import Event


class TitlesLearned(Event):
    """What a programme version calls its requirements became known. Caused sometimes by LearnTitles."""

    private: ClassVar[bool] = True

    programme_id: str
    titles: dict[str, str]
