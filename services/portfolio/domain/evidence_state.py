"""What an item of evidence knows of itself, and the no's that both writing and reviewing give."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from shared.chassis.declarations.command import FreeText, Text
from shared.chassis.declarations.facts import DocumentRef, Facts
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State
from shared.events.portfolio import ReturnReason, ReviewStage

# The mark must stand outside the union: inside it nobody finds it.
OptionalText = Annotated[Text | None, FreeText()]


class Evidence(State):
    """What the rules of one item need to know. `revision` counts what was submitted; `writers` who had a hand in it.

    `also_for` are further requirements that it serves, `tags` framework codes of its own. `returns` counts how often
    it came back, `due_on` is when it is wanted again.
    """

    status: Literal["none", "draft", "submitted", "returned", "approved"] = "none"
    portfolio_id: str = ""
    enrolment_id: str = ""
    home_id: str = ""
    requirement_key: str = ""
    also_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    step: str = ""
    author_person_id: str = ""
    writers: frozenset[str] = frozenset()
    narrative: DocumentRef | None = None
    file_ids: tuple[str, ...] = ()
    revision: int = 0
    claimed_by: str | None = None
    overdue: frozenset[ReviewStage] = frozenset()
    approved_by: str | None = None
    reasons: tuple[ReturnReason, ...] = ()
    guidance: DocumentRef | None = None
    due_on: date | None = None
    returns: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Every requirement that it serves."""
        return (self.requirement_key, *self.also_for)


class EvidenceFacts(Facts):
    """The portfolio the item belongs to and what its version asks for; None where there is none (yet)."""

    portfolio: Portfolio | None = None
    requirements: Requirements | None = None

    def asked(self) -> Requirements:
        """What the version asks for. Raises RequirementsNotHereYet."""
        if self.requirements is None:
            raise RequirementsNotHereYet
        return self.requirements


class EvidenceUnknown(Refusal):
    """There is no such item of evidence."""

    kind: ClassVar[Kind] = "missing"


class EvidenceDecided(Refusal):
    """This revision was decided already. To say more, draft another item; what came back can be revised."""


def writable_portfolio(facts: EvidenceFacts, keys: tuple[str, ...]) -> Portfolio:
    """The portfolio, which must take something for these requirements.

    Raises PortfolioNotOpen, PortfolioLocked and HomeHasLeft.
    """
    if facts.portfolio is None:
        raise PortfolioNotOpen
    facts.portfolio.must_take(keys)
    return facts.portfolio
