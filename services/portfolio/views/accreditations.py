"""Accreditations to look at: what homes hold, and the public register."""

from datetime import date
from typing import Literal

from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.access import EVERYBODY
from shared.chassis.declarations.view import Row, View
from shared.events.portfolio import AccreditationGranted, AccreditationLapsed


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
