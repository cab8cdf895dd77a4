"""What people would come to, before there is a date."""

from typing import Literal

from shared.chassis.declarations.event import Event
from shared.events.network.gathering import GatheringKind

TimeOfDay = Literal["morning", "afternoon", "evening", "weekend"]


class GatheringInterestExpressed(Event):
    """A person would come to a gathering of this kind in this area, at these times of day. It binds nobody.

    Caused always by ExpressInterest. Expressed again it takes the place of what was said before.
    """

    interest_id: str
    person_id: str
    kind: GatheringKind
    area: str
    suits: tuple[TimeOfDay, ...]


class GatheringInterestWithdrawn(Event):
    """A person would come no longer, or has been. Caused always by WithdrawInterest."""

    interest_id: str
    person_id: str
