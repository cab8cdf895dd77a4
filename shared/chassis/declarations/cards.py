"""Contact cards: how to reach a person; the only place where names and addresses live.

State, not history: the last value wins, and a tombstone erases it everywhere.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from shared.chassis.declarations.access import ONLY_WITHIN, Access


class Card(BaseModel):
    """What is known about how to reach one person. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, kw_only=True)
class CardBook:
    """The contact cards a service keeps. The owner takes them at `/v1/<path>`; every other service has a copy.

    `owner` names the service whose compacted topic `<owner>-<path>` carries them.
    """

    owner: str
    path: str
    card: type[Card]
    written_by: Access = ONLY_WITHIN
    read_by: Access = ONLY_WITHIN
