"""What the rules must be told from outside before they decide."""

from collections.abc import Mapping
from typing import Any

from services.network.domain.booking import BookPlace
from services.network.domain.gathering import GatheringCommand
from services.network.domain.gathering_state import Gathering
from services.network.domain.member import Member, MemberCommand, member_id
from services.network.domain.wordings import WORDINGS
from shared.chassis.declarations.facts import Look


async def member(command: MemberCommand, look: Look) -> Mapping[str, Any]:
    """The versions of the wording under which consent can be given."""
    del command, look
    return {"wordings": frozenset(WORDINGS)}


async def gathering(command: GatheringCommand, look: Look, region: str) -> Mapping[str, Any]:
    """Whether who asks for a place at a gathering for members only is one."""
    if not isinstance(command, BookPlace):
        return {}
    found = await look(Gathering, command.gathering_id)
    if found is None or found.open_to_others:
        return {}
    person = await look(Member, member_id(region, command.person_id))
    return {"is_member": person is not None and person.status == "joined"}
