"""The clock that may be set: all services of the demonstration read the moment from one file."""

from datetime import UTC, datetime
from pathlib import Path


class SettableClock:
    """One moment in a file; it moves only when it is moved, and never backwards."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """The moment that the services believe it is, in UTC."""
        return datetime.fromisoformat(self.path.read_text()).astimezone(UTC)

    def move(self, moment: datetime) -> None:
        """Let it be this moment, if it is not later already. Raises ValueError for a moment without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        if self.path.exists() and self.now() >= moment:
            return
        draft = self.path.with_suffix(".draft")
        draft.write_text(moment.astimezone(UTC).isoformat())
        draft.replace(self.path)  # in one step: a service never reads half a moment
