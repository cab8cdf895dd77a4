"""An interest: somebody would like to hear more, before any application."""

from shared.chassis.declarations.event import Event
from shared.events.values import Setting


class InterestRegistered(Event):
    """Somebody would like to hear more; it binds nobody. Caused always by RegisterInterest."""

    interest_id: str
    area: str
    source: str
    setting: Setting | None = None
    home_id: str | None = None
    person_id: str | None = None


class InterestFollowed(Event):
    """An application came of an interest. Caused sometimes by FollowInterest."""

    interest_id: str
    enrolment_id: str
