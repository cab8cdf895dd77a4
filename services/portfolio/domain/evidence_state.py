"""What an item of evidence knows of itself, and the no's that both writing and reviewing give."""

from typing import Annotated, ClassVar, Literal

from services.portfolio.domain.portfolio_state import Portfolio, PortfolioLocked, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements
from shared.chassis.declarations.command import FreeText, Text
from shared.chassis.declarations.facts import DocumentRef, Facts
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import State
from shared.events.portfolio import ReturnReason

# The mark must stand outside the union: inside it nobody finds it.
OptionalText = Annotated[Text | None, FreeText()]


class Evidence(State):
    """What the rules of one item need to know. `revision` counts what was submitted; `writers` who had a hand in it."""

    status: Literal["none", "draft", "submitted", "returned", "approved"] = "none"
    portfolio_id: str = ""
    enrolment_id: str = ""
    home_id: str = ""
    requirement_key: str = ""
    step: str = ""
    author_person_id: str = ""
    writers: frozenset[str] = frozenset()
    narrative: DocumentRef | None = None
    file_ids: tuple[str, ...] = ()
    revision: int = 0
    reasons: tuple[ReturnReason, ...] = ()
    guidance: DocumentRef | None = None


class EvidenceFacts(Facts):
    """The portfolio the item belongs to and what its version asks for; None where there is none (yet)."""

    portfolio: Portfolio | None = None
    requirements: Requirements | None = None


class EvidenceUnknown(Refusal):
    """There is no such item of evidence."""

    kind: ClassVar[Kind] = "missing"


class EvidenceDecided(Refusal):
    """This revision was decided already. To say more, draft another item; what came back can be revised."""


def writable_portfolio(facts: EvidenceFacts) -> Portfolio:
    """The portfolio, which must be open and not signed off. Raises PortfolioNotOpen and PortfolioLocked."""
    if facts.portfolio is None or not facts.portfolio.opened:
        raise PortfolioNotOpen
    if facts.portfolio.locked:
        raise PortfolioLocked
    return facts.portfolio
