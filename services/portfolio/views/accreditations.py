"""Accreditations to look at: what homes hold, and the public register."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.access import EVERYBODY
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import (
    AccreditationAtRisk,
    AccreditationGranted,
    AccreditationLapsed,
    AccreditationPutUnderReview,
    AccreditationRenewed,
    AccreditationRevoked,
    AccreditationRiskCleared,
    AccreditationUpheld,
    ReaccreditationDue,
    ReaccreditationStarted,
    RegisterListingChosen,
)

Status = Literal["granted", "due", "lapsed", "revoked"]


class AccreditationRow(Row):
    """What one home holds on one pathway. Under review and at risk are flags with a date, beside the status."""

    accreditation_id: str
    home_id: str
    enrolment_id: str = ""
    home_name: str = ""
    place: str | None = None
    pathway: str = ""
    certificate_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    status: Status = "granted"
    renewing: bool = False
    under_review: bool = False
    under_review_since: date | None = None
    review_cause_event_ids: tuple[str, ...] = ()
    at_risk: bool = False
    at_risk_since: date | None = None
    agrees_to_public_register: bool = False


AccreditationRowEvent = (
    AccreditationGranted
    | ReaccreditationDue
    | ReaccreditationStarted
    | AccreditationRenewed
    | AccreditationLapsed
    | AccreditationPutUnderReview
    | AccreditationUpheld
    | AccreditationRevoked
    | AccreditationAtRisk
    | AccreditationRiskCleared
    | RegisterListingChosen
)


def _accreditation(row: AccreditationRow | None, event: AccreditationRowEvent) -> AccreditationRow | None:
    """The row after this event of its accreditation."""
    if isinstance(event, AccreditationGranted):
        told = event.model_dump(include=set(AccreditationRow.model_fields))
        since = None if event.represented else event.valid_from
        return AccreditationRow(**told, at_risk=not event.represented, at_risk_since=since)
    return row and row.model_copy(update=_change(row, event))


def _change(row: AccreditationRow, event: AccreditationRowEvent) -> Mapping[str, Any]:  # noqa: C901, PLR0911 - one case each
    match event:
        case ReaccreditationDue():
            return {"status": "due"} if event.due else {}
        case ReaccreditationStarted():
            return {"renewing": True}
        case AccreditationRenewed():
            told = event.model_dump(include=set(AccreditationRow.model_fields))
            return {**told, "status": "granted", "renewing": False}
        case AccreditationLapsed():
            return {"status": "lapsed"}
        case AccreditationPutUnderReview():
            causes = (*row.review_cause_event_ids, event.cause_event_id)
            since = row.under_review_since or event.since
            return {"under_review": True, "under_review_since": since, "review_cause_event_ids": causes}
        case AccreditationUpheld():
            return {"under_review": False, "under_review_since": None}
        case AccreditationRevoked():
            return {"status": "revoked", "under_review": False, "under_review_since": None}
        case AccreditationAtRisk():
            return {"at_risk": True, "at_risk_since": event.since}
        case AccreditationRiskCleared():
            return {"at_risk": False, "at_risk_since": None}
        case RegisterListingChosen():
            return {"agrees_to_public_register": event.agrees}
        case _:
            return {}


ACCREDITATIONS = View(
    path="accreditations",
    key=lambda event: event.accreditation_id,
    fold=_accreditation,
    read_by=READERS,
    filters=("home_id", "enrolment_id", "pathway", "status", "under_review", "at_risk"),
    order="valid_to",
    unit="home_id",
)


class AccreditedHomeRow(Row):
    """One line of the public register: nothing but what the home agreed to show."""

    name: str
    place: str | None = None
    pathway: str
    status: Status
    valid_from: date
    valid_to: date
    listed: bool


RegisterEvent = (
    AccreditationGranted
    | ReaccreditationDue
    | AccreditationRenewed
    | AccreditationLapsed
    | AccreditationRevoked
    | RegisterListingChosen
)


def _accredited_home(row: AccreditedHomeRow | None, event: RegisterEvent) -> AccreditedHomeRow | None:
    """The line after this event; `listed` says whether the home agrees to it."""
    match event:
        case AccreditationGranted():
            told = event.model_dump(include={"place", "pathway", "valid_from", "valid_to"})
            agrees = event.agrees_to_public_register
            return AccreditedHomeRow(name=event.home_name, status="granted", listed=agrees, **told)
        case ReaccreditationDue():
            return row and row.model_copy(update={"status": "due" if event.due else row.status})
        case AccreditationRenewed():
            told = event.model_dump(include={"valid_from", "valid_to"})
            agrees = event.agrees_to_public_register
            return row and row.model_copy(update={**told, "status": "granted", "listed": agrees})
        case AccreditationLapsed():
            return row and row.model_copy(update={"status": "lapsed"})
        case AccreditationRevoked():
            return row and row.model_copy(update={"status": "revoked"})
        case RegisterListingChosen():
            return row and row.model_copy(update={"listed": event.agrees})


def _public(row: AccreditedHomeRow, card: Mapping[str, Any] | None, viewer: Actor) -> Mapping[str, Any] | None:
    """Name, place, status and dates, of homes that hold an accreditation and agreed; nothing of anybody else."""
    del card, viewer
    if not row.listed or row.status not in ("granted", "due"):
        return None
    return row.model_dump(mode="json", exclude={"listed"})


ACCREDITED_HOMES = View(
    path="accredited-homes",
    key=lambda event: event.accreditation_id,
    fold=_accredited_home,
    read_by=EVERYBODY,
    filters=("pathway", "place"),
    order="name",
    public_seconds=300,
    present=_public,
)
