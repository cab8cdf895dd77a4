"""What an item of evidence knows of itself, how each event changes it, and the no's that all its rules share."""

from datetime import date
from typing import Annotated, Literal, assert_never

from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from shared.chassis.declarations.command import FreeText, Text
from shared.chassis.declarations.facts import DocumentRef, Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import (
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceMapped,
    EvidenceReturned,
    EvidenceReviewClaimed,
    EvidenceReviewOverdue,
    EvidenceReviewReleased,
    EvidenceRevised,
    EvidenceSubmitted,
    ReturnReason,
    ReviewStage,
)

# The mark must stand outside the union: inside it nobody finds it.
OptionalText = Annotated[Text | None, FreeText()]
EvidenceEvent = (
    EvidenceDrafted
    | EvidenceRevised
    | EvidenceMapped
    | EvidenceFileAttached
    | EvidenceSubmitted
    | EvidenceReviewClaimed
    | EvidenceReviewReleased
    | EvidenceReviewOverdue
    | EvidenceReturned
    | EvidenceApproved
    | EvidenceApprovalWithdrawn
)


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


class EvidenceUnknown(Refusal, kind="missing"):
    """There is no such item of evidence."""


class EvidenceLocked(Refusal):
    """This item is with the reviewer and locked. Wait until it is approved or comes back."""


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


def must_be_editable(item: Evidence, facts: EvidenceFacts) -> None:
    """Return when the item is a draft or came back, and its portfolio takes it.

    Raises EvidenceUnknown, EvidenceLocked, EvidenceDecided and those of the portfolio.
    """
    if item.status == "none":
        raise EvidenceUnknown
    if item.status == "submitted":
        raise EvidenceLocked
    if item.status == "approved":
        raise EvidenceDecided
    writable_portfolio(facts, item.keys)


_DRAFTED = frozenset(
    {
        "portfolio_id",
        "enrolment_id",
        "home_id",
        "requirement_key",
        "also_for",
        "tags",
        "step",
        "author_person_id",
        "narrative",
    }
)


def evolve(item: Evidence, event: EvidenceEvent) -> Evidence:
    """The item after this event."""
    match event:
        case EvidenceDrafted():
            told = {name: getattr(event, name) for name in _DRAFTED}
            return replace(item, status="draft", writers=frozenset({event.author_person_id}), **told)
        case EvidenceRevised():
            return replace(item, narrative=event.narrative, writers=item.writers | {event.revised_by})
        case EvidenceMapped():
            writers = item.writers | {event.mapped_by}
            return replace(item, also_for=event.also_for, tags=event.tags, writers=writers)
        case EvidenceFileAttached():
            writers = item.writers | {event.attached_by}
            return replace(item, file_ids=(*item.file_ids, event.file_id), writers=writers)
        case EvidenceSubmitted():
            return _waiting(item, event)
        case EvidenceReviewClaimed():
            return replace(item, claimed_by=event.facilitator_person_id)
        case EvidenceReviewReleased():
            return replace(item, claimed_by=None)
        case EvidenceReviewOverdue():
            return replace(item, overdue=item.overdue | {event.stage})
        case EvidenceReturned():
            told = {"reasons": event.reasons, "guidance": event.guidance, "due_on": event.due_on}
            return replace(item, status="returned", returns=event.returns, claimed_by=None, **told)
        case EvidenceApproved():
            return replace(item, status="approved", approved_by=event.facilitator_person_id, claimed_by=None)
        case EvidenceApprovalWithdrawn():
            return replace(item, status="returned", reasons=(), guidance=event.reason, approved_by=None)
        case _:
            assert_never(event)


def _waiting(item: Evidence, event: EvidenceSubmitted) -> Evidence:
    """Handed in: locked, and nothing of an earlier revision's review counts any more."""
    return replace(
        item,
        status="submitted",
        revision=event.revision,
        writers=item.writers | {event.submitted_by},
        overdue=frozenset(),
        reasons=(),
        guidance=None,
        due_on=None,
    )
