"""What devices that were offline have sent in, and what of it was held back: somebody has to look at that."""

from collections.abc import Mapping
from datetime import datetime

from services.enrolment.domain.askers import STAFF
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.view import Row, View
from shared.events.enrolment import HeldEntry, RegisterSynced


class UploadRow(Row):
    """One sending of one device: how much was new, how much known, and each entry that was not taken, with why.

    `complete` says that nothing was held back.
    """

    upload_id: str
    workshop_id: str
    cohort_id: str
    code: str
    device_id: str
    upload: str
    received_at: datetime
    created: int
    known: int
    complete: bool
    held_back: tuple[HeldEntry, ...]


def upload_id(event: RegisterSynced) -> str:
    """Return the id of a sending: a device says each of its words once for a workshop."""
    return derived_id("upload", event.workshop_id, event.device_id, event.upload)


def upload_row(row: UploadRow | None, event: RegisterSynced, envelope: Envelope) -> UploadRow:
    """Return the row after this event."""
    del row
    told: Mapping[str, object] = event.model_dump(include=set(UploadRow.model_fields))
    more = {"upload_id": upload_id(event), "received_at": envelope.time, "complete": not event.held_back}
    return UploadRow.model_validate({**told, **more})


UPLOADS = View(
    path="register-uploads",
    key=upload_id,
    fold=upload_row,
    read_by=STAFF,
    filters=("workshop_id", "cohort_id", "device_id", "complete"),
    order="received_at",
)
