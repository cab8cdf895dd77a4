"""Who was invited, who joined and who left; nothing of their contact cards."""

from datetime import date
from typing import Literal

from services.network.domain.askers import ONESELF_AND_COORDINATORS
from services.network.domain.member import PROFILE
from shared.chassis.declarations.view import Row, View
from shared.events.network import MemberInvited, MemberJoined, MemberLeft, ProfileRevised
from shared.events.values import Setting


class MemberRow(Row):
    """One person who was invited, joined or left; nothing of their contact card."""

    member_id: str
    person_id: str
    status: Literal["invited", "joined", "left"]
    background: str = ""
    sector: str = ""
    setting: Setting | None = None
    area: str = ""
    joined_on: date | None = None
    left_on: date | None = None


_TOLD = PROFILE - {"interests"}
MembershipEvent = MemberInvited | MemberJoined | ProfileRevised | MemberLeft


def member_row(row: MemberRow | None, event: MembershipEvent) -> MemberRow:
    """The row after this event."""
    row = row or MemberRow(member_id=event.member_id, person_id=event.person_id, status="invited")
    match event:
        case MemberInvited():
            return row
        case MemberJoined():
            told = event.model_dump(include={*_TOLD, "joined_on"})
            return row.model_copy(update={**told, "status": "joined", "left_on": None})
        case ProfileRevised():
            return row.model_copy(update=event.model_dump(include=set(_TOLD)))
        case MemberLeft():
            return row.model_copy(update={"status": "left", "left_on": event.left_on})


MEMBERS = View(
    path="members",
    key=lambda event: event.member_id,
    fold=member_row,
    read_by=ONESELF_AND_COORDINATORS,
    filters=("status", "background", "sector", "setting", "area"),
    order="area",
    person="person_id",
)
