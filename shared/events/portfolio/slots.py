"""The slots of a portfolio: which requirement has approved evidence, or an exception."""

from typing import ClassVar

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef


class SlotFilled(Event):
    """A requirement of the portfolio has an approved item. Caused sometimes by FillSlot and ReopenSlots.

    `essential_left`: essential requirements that still lack an approved item or an exception.
    """

    portfolio_id: str
    enrolment_id: str
    requirement_key: str
    evidence_id: str
    revision: int
    essential_left: int | None = None


class SlotBacked(Event):
    """The portfolio knows of a further approved item for a filled slot, or no longer counts on it (`backs`).

    Caused sometimes by FillSlot and ReopenSlots.
    """

    private: ClassVar[bool] = True

    portfolio_id: str
    requirement_key: str
    evidence_id: str
    revision: int
    backs: bool = True


class SlotReopened(Event):
    """A slot lost its approved item and is open again, also in a portfolio that is signed off.

    Signatures given so far lapse unless the portfolio is signed off. `cause_event_id` is the withdrawal of the
    approval; `under_award` says whether the accreditation had been earned. Caused sometimes by ReopenSlots.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    requirement_key: str
    evidence_id: str
    cause_event_id: str
    under_award: bool
    essential_left: int | None = None


class RequirementExcepted(Event):
    """A requirement does not apply to this home, for a reason. Caused always by ExceptRequirement.

    `essential_left`: essential requirements that still lack an approved item or an exception.
    """

    portfolio_id: str
    enrolment_id: str
    requirement_key: str
    reason: DocumentRef
    excepted_by: str
    essential_left: int | None = None
