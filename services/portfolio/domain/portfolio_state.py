"""What a portfolio knows of itself, and the no's that hang on it, here and for each item of evidence.

Steps, representatives and coverage may be noted before the portfolio opens: they come from streams of their own.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State

Status = Literal["unopened", "open", "ready", "awaiting_signature", "signed_off"]


class Portfolio(State):
    """One enrolment's portfolio: which slots are settled, who has signed, what it has earned.

    `approved` maps a requirement to the item that fills its slot.
    """

    opened: bool = False
    enrolment_id: str = ""
    home_id: str = ""
    home_name: str = ""
    cohort_id: str = ""
    version_id: str = ""
    pathway: str = ""
    lead_person_id: str = ""
    signatory_person_id: str = ""
    representatives: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    approved: Mapping[str, str] = Field(default_factory=dict)
    excepted: frozenset[str] = frozenset()
    ready: bool = False
    manager_person_id: str | None = None
    wording_version: str | None = None
    agrees_to_public_register: bool = False
    facilitator_person_id: str | None = None
    signed_off_on: date | None = None
    covered: bool = False
    earned: bool = False

    @property
    def status(self) -> Status:
        """Where it stands, in one word."""
        if not self.opened:
            return "unopened"
        if self.signed_off_on is not None:
            return "signed_off"
        if self.manager_person_id or self.facilitator_person_id:
            return "awaiting_signature"
        return "ready" if self.ready else "open"

    @property
    def locked(self) -> bool:
        """Signed off: from now on nobody changes it."""
        return self.signed_off_on is not None

    @property
    def settled(self) -> frozenset[str]:
        """The requirements that are approved or excepted."""
        return self.excepted | self.approved.keys()

    def is_own_home_of(self, actor: Actor) -> bool:
        """True when this person represents the home, or acts for it by their token."""
        return actor.id in self.representatives or self.home_id in actor.units


class PortfolioNotOpen(Refusal):
    """There is no such portfolio yet. It opens by itself once the home has its place in a cohort."""

    kind: ClassVar[Kind] = "missing"


class PortfolioLocked(Refusal):
    """The portfolio is signed off and locked. Nothing in it can be changed any more."""


class OwnHome(Refusal):
    """Nobody reviews or signs for their own home, nor reviews what they wrote. Ask another facilitator."""

    kind: ClassVar[Kind] = "forbidden"
