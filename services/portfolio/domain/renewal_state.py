"""What a portfolio knows of its latest renewal, and how each event changes that."""

from collections.abc import Mapping
from typing import assert_never

from pydantic import Field

from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import (
    RenewalAttested,
    RenewalEarned,
    RenewalOpened,
    RenewalSigned,
    SlotRenewed,
    SlotReopened,
)

RenewalStateEvent = RenewalOpened | SlotRenewed | SlotReopened | RenewalAttested | RenewalSigned | RenewalEarned


class Renewal(State):
    """The latest cycle: which requirements it asks for, which have fresh evidence, who has signed."""

    cycle: int
    asked: frozenset[str]
    renewed: Mapping[str, str] = Field(default_factory=dict)
    manager_person_id: str | None = None
    facilitator_person_id: str | None = None
    agrees_to_public_register: bool = False
    earned: bool = False

    @property
    def open_keys(self) -> frozenset[str]:
        """The requirements that still wait for fresh evidence."""
        return frozenset() if self.earned else self.asked - self.renewed.keys()


def renewed(renewal: Renewal | None, event: RenewalStateEvent) -> Renewal | None:
    """The renewal after this event."""
    if isinstance(event, RenewalOpened):
        return Renewal(cycle=event.cycle, asked=frozenset(event.requirement_keys))
    if renewal is None:
        return None
    match event:
        case SlotRenewed():
            return replace(renewal, renewed={**renewal.renewed, event.requirement_key: event.evidence_id})
        case SlotReopened():
            left = {key: item for key, item in renewal.renewed.items() if item != event.evidence_id}
            return replace(renewal, renewed=left)
        case RenewalAttested():
            agrees = event.agrees_to_public_register
            return replace(renewal, manager_person_id=event.manager_person_id, agrees_to_public_register=agrees)
        case RenewalSigned():
            return replace(renewal, facilitator_person_id=event.facilitator_person_id)
        case RenewalEarned():
            return replace(renewal, earned=True)
        case _:
            assert_never(event)
