"""Portfolios to look at: how far each one is."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import (
    AccreditationEarned,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioFrozen,
    PortfolioHandedOver,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioRevived,
    PortfolioSignedOff,
    PortfolioStalled,
    RequirementExcepted,
    SlotFilled,
    SlotReopened,
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
    frozen_on: date | None = None
    stalled: bool = False
    steps_unlocked: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    essential_left: int | None = None
    attested: bool = False
    facilitator_signed: bool = False
    signed_off_on: date | None = None
    accreditation_earned: bool = False


SigningRowEvent = (
    PortfolioReadyForSignOff | ManagerAttested | FacilitatorSigned | PortfolioSignedOff | AccreditationEarned
)
PortfolioRowEvent = (
    PortfolioOpened
    | PortfolioHandedOver
    | PortfolioFrozen
    | PortfolioStalled
    | PortfolioRevived
    | StepUnlocked
    | SlotFilled
    | SlotReopened
    | RequirementExcepted
    | SigningRowEvent
)


def _portfolio(row: PortfolioRow | None, event: PortfolioRowEvent) -> PortfolioRow:  # noqa: C901, PLR0911 - one case for each event
    """The row after this event of its portfolio."""
    row = row or PortfolioRow(portfolio_id=event.portfolio_id)
    match event:
        case PortfolioOpened():
            return row.model_copy(update=_opened(row, event))
        case PortfolioHandedOver():
            known = event.model_dump(include={"enrolment_id", "home_id", "lead_person_id"})
            return row.model_copy(update=known)
        case StepUnlocked():
            known = {"enrolment_id": event.enrolment_id, "home_id": event.home_id}
            return row.model_copy(update={"steps_unlocked": (*row.steps_unlocked, event.step), **known})
        case PortfolioFrozen():
            return row.model_copy(update={"frozen_on": event.frozen_on, "stalled": False})
        case PortfolioStalled() | PortfolioRevived():
            return row.model_copy(update={"stalled": isinstance(event, PortfolioStalled)})
        case SlotFilled():
            approved = (*row.approved, event.requirement_key)
            reopened = _without(row.reopened, event.requirement_key)
            left = {"essential_left": event.essential_left}
            return row.model_copy(update={"approved": approved, "reopened": reopened, **left})
        case SlotReopened():
            return _reopened(row, event)
        case RequirementExcepted():
            excepted = (*row.excepted, event.requirement_key)
            return row.model_copy(update={"excepted": excepted, "essential_left": event.essential_left})
        case _:
            return row.model_copy(update=_signing(event))


def _opened(row: PortfolioRow, event: PortfolioOpened) -> Mapping[str, Any]:
    """Who looks after it now may have been heard of before it was opened."""
    names = PortfolioRow.model_fields.keys() & PortfolioOpened.model_fields.keys()
    lead = row.lead_person_id or event.lead_person_id
    return {"status": "open", **event.model_dump(include=names), "lead_person_id": lead}


def _signing(event: SigningRowEvent) -> Mapping[str, Any]:
    match event:
        case PortfolioReadyForSignOff():
            return {"status": "ready"}
        case ManagerAttested():
            return {"status": "awaiting_signature", "attested": True}
        case FacilitatorSigned():
            return {"status": "awaiting_signature", "facilitator_signed": True}
        case PortfolioSignedOff():
            return {"status": "signed_off", "signed_off_on": event.signed_off_on}
        case AccreditationEarned():
            return {"accreditation_earned": True}


def _reopened(row: PortfolioRow, event: SlotReopened) -> PortfolioRow:
    """The slot is open again; what was signed before the sign-off does not count any more."""
    approved = _without(row.approved, event.requirement_key)
    told = {"approved": approved, "essential_left": event.essential_left}
    if row.status == "signed_off":
        return row.model_copy(update={**told, "reopened": (*row.reopened, event.requirement_key)})
    if event.essential_left == 0:
        return row.model_copy(update=told)
    return row.model_copy(update={**told, "status": "open", "attested": False, "facilitator_signed": False})


def _without(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(each for each in keys if each != key)


PORTFOLIOS = View(
    path="portfolios",
    key=lambda event: event.portfolio_id,
    fold=_portfolio,
    read_by=READERS,
    filters=("status", "home_id", "enrolment_id", "cohort_id", "lead_person_id", "stalled"),
    order="home_name",
    unit="home_id",
)
