"""What people look at in portfolio: portfolios, evidence and its review queue, accreditations, the public register."""

from datetime import date, datetime
from typing import Literal

from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.access import EVERYBODY
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import (
    AccreditationEarned,
    AccreditationGranted,
    AccreditationLapsed,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceFileAttached,
    EvidenceReturned,
    EvidenceRevised,
    EvidenceSubmitted,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioSignedOff,
    RequirementExcepted,
    ReturnReason,
    SlotFilled,
    StepUnlocked,
)


class PortfolioRow(Row):
    """One portfolio. `essential_left` is None until the first slot is settled."""

    portfolio_id: str
    enrolment_id: str = ""
    home_id: str = ""
    home_name: str = ""
    cohort_id: str = ""
    version_id: str = ""
    lead_person_id: str = ""
    status: Literal["unopened", "open", "ready", "awaiting_signature", "signed_off"] = "unopened"
    steps_unlocked: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    essential_left: int | None = None
    attested: bool = False
    facilitator_signed: bool = False
    signed_off_on: date | None = None
    accreditation_earned: bool = False


PortfolioRowEvent = (
    PortfolioOpened
    | StepUnlocked
    | SlotFilled
    | RequirementExcepted
    | PortfolioReadyForSignOff
    | ManagerAttested
    | FacilitatorSigned
    | PortfolioSignedOff
    | AccreditationEarned
)


def _portfolio(row: PortfolioRow | None, event: PortfolioRowEvent) -> PortfolioRow:  # noqa: C901, PLR0911
    """The row after this event of its portfolio."""
    row = row or PortfolioRow(portfolio_id=event.portfolio_id)
    match event:
        case PortfolioOpened():
            names = PortfolioRow.model_fields.keys() & PortfolioOpened.model_fields.keys()
            return row.model_copy(update={"status": "open", **event.model_dump(include=names)})
        case StepUnlocked():
            known = {"enrolment_id": event.enrolment_id, "home_id": event.home_id}
            return row.model_copy(update={"steps_unlocked": (*row.steps_unlocked, event.step), **known})
        case SlotFilled():
            approved = (*row.approved, event.requirement_key)
            return row.model_copy(update={"approved": approved, "essential_left": event.essential_left})
        case RequirementExcepted():
            excepted = (*row.excepted, event.requirement_key)
            return row.model_copy(update={"excepted": excepted, "essential_left": event.essential_left})
        case PortfolioReadyForSignOff():
            return row.model_copy(update={"status": "ready"})
        case ManagerAttested():
            return row.model_copy(update={"status": "awaiting_signature", "attested": True})
        case FacilitatorSigned():
            return row.model_copy(update={"status": "awaiting_signature", "facilitator_signed": True})
        case PortfolioSignedOff():
            return row.model_copy(update={"status": "signed_off", "signed_off_on": event.signed_off_on})
        case AccreditationEarned():
            return row.model_copy(update={"accreditation_earned": True})


PORTFOLIOS = View(
    path="portfolios",
    key=lambda event: event.portfolio_id,
    fold=_portfolio,
    read_by=READERS,
    filters=("status", "home_id", "enrolment_id", "cohort_id", "lead_person_id"),
    order="home_name",
    unit="home_id",
)


class EvidenceRow(Row):
    """One item of evidence. `since` is when it came to its present status: a queue is read from the longest waiting."""

    evidence_id: str
    portfolio_id: str
    enrolment_id: str = ""
    home_id: str = ""
    requirement_key: str = ""
    step: str = ""
    author_person_id: str = ""
    status: Literal["draft", "submitted", "returned", "approved"] = "draft"
    since: datetime | None = None
    revision: int = 0
    files: int = 0
    tags: tuple[str, ...] = ()
    reasons: tuple[ReturnReason, ...] = ()
    facilitator_person_id: str | None = None


EvidenceRowEvent = (
    EvidenceDrafted | EvidenceRevised | EvidenceFileAttached | EvidenceSubmitted | EvidenceReturned | EvidenceApproved
)


def _evidence(row: EvidenceRow | None, event: EvidenceRowEvent, envelope: Envelope) -> EvidenceRow:
    """The row after this event of its item."""
    row = row or EvidenceRow(evidence_id=event.evidence_id, portfolio_id=event.portfolio_id)
    told = event.model_dump(include=set(EvidenceRow.model_fields))
    match event:
        case EvidenceDrafted():
            return row.model_copy(update={**told, "status": "draft", "since": envelope.time})
        case EvidenceRevised():
            return row
        case EvidenceFileAttached():
            return row.model_copy(update={"files": row.files + 1})
        case EvidenceSubmitted():
            fresh = {"status": "submitted", "since": envelope.time, "reasons": (), "facilitator_person_id": None}
            return row.model_copy(update={**told, **fresh})
        case EvidenceReturned():
            return row.model_copy(update={**told, "status": "returned", "since": envelope.time})
        case EvidenceApproved():
            return row.model_copy(update={**told, "status": "approved", "since": envelope.time})


EVIDENCE = View(
    path="evidence",
    key=lambda event: event.evidence_id,
    fold=_evidence,
    read_by=READERS,
    filters=("portfolio_id", "requirement_key", "status", "home_id"),
    order="since",
    unit="home_id",
)


class AccreditationRow(Row):
    """What one home holds on one pathway."""

    accreditation_id: str
    home_id: str
    home_name: str = ""
    pathway: str = ""
    certificate_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["granted", "lapsed"] = "granted"


def _accreditation(
    row: AccreditationRow | None, event: AccreditationGranted | AccreditationLapsed
) -> AccreditationRow | None:
    """The row after this event of its accreditation."""
    match event:
        case AccreditationGranted():
            return AccreditationRow(**event.model_dump(include=set(AccreditationRow.model_fields)))
        case AccreditationLapsed():
            return row.model_copy(update={"status": "lapsed"}) if row else None


ACCREDITATIONS = View(
    path="accreditations",
    key=lambda event: event.accreditation_id,
    fold=_accreditation,
    read_by=READERS,
    filters=("home_id", "pathway", "status"),
    order="valid_to",
    unit="home_id",
)


class AccreditedHomeRow(Row):
    """One line of the public register: nothing but what the home agreed to show."""

    name: str
    pathway: str
    valid_to: date


def _accredited_home(
    row: AccreditedHomeRow | None, event: AccreditationGranted | AccreditationLapsed
) -> AccreditedHomeRow | None:
    """The line after this event; no line without the home's agreement, nor after a lapse."""
    del row
    if isinstance(event, AccreditationLapsed) or not event.agrees_to_public_register:
        return None
    return AccreditedHomeRow(name=event.home_name, pathway=event.pathway, valid_to=event.valid_to)


ACCREDITED_HOMES = View(
    path="accredited-homes",
    key=lambda event: event.accreditation_id,
    fold=_accredited_home,
    read_by=EVERYBODY,
    filters=("pathway",),
    order="name",
)
