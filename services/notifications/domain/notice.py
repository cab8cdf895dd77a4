"""What an audience is made of: people in their seats, and what they are to be told."""

from datetime import datetime

from shared.chassis.declarations.command import Key
from shared.chassis.declarations.state import State
from shared.events.notifications import AudienceRole, Category, Collect
from shared.events.values import Value


class Seat(Value):
    """A person in a role; `through` (an enrolment, a cohort) is what brought them, so that it can take them away."""

    person_id: Key
    role: AudienceRole
    through: Key


class Notice(State):
    """Something this audience is to be told. `told` are those who were."""

    notice: str
    template_key: str
    category: Category
    roles: tuple[AudienceRole, ...]
    source_event_id: str
    fields: dict[str, str]
    tell_at: datetime | None
    valid_until: datetime
    collect: Collect | None = None
    person_id: str | None = None
    revision: int = 0
    told: frozenset[str] = frozenset()
    closed: bool = False

    def is_for(self, seat: Seat) -> bool:
        """Whether somebody with this seat is told."""
        return seat.role in self.roles and self.person_id in (None, seat.person_id)
