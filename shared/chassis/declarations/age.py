"""An age: how long the row that has waited longest has waited, for those who watch the metrics."""

from dataclasses import dataclass
from typing import Any

from shared.chassis.declarations.view import View


@dataclass(frozen=True, kw_only=True)
class Age:
    """Measured in seconds, as `waiting_seconds` with this name, of a view whose rows wait and then go.

    `since` names the row's field with the moment (UTC) from which it has waited. Nothing waits: 0.
    """

    name: str
    view: View[Any]
    since: str
