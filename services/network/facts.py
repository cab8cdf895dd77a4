"""What the rules must be told from outside before they decide."""

from collections.abc import Mapping
from typing import Any

from services.network.domain.member import MemberCommand
from services.network.domain.wordings import WORDINGS
from shared.chassis.declarations.facts import Look


async def member(command: MemberCommand, look: Look) -> Mapping[str, Any]:
    """The versions of the wording under which consent can be given."""
    del command, look
    return {"wordings": frozenset(WORDINGS)}
