"""Who represents no home any more, whatever their token still says; the service itself reads it, nobody else."""

from collections.abc import Mapping
from datetime import date

from shared.chassis.declarations.access import ONLY_WITHIN
from shared.chassis.declarations.standing import Standing
from shared.chassis.declarations.view import View
from shared.events.enrolment import RepresentativeConfirmed, RepresentativeEnded
from shared.events.roles import REPRESENTATIVE


class RepresentativeStanding(Standing):
    """One person: by home and enrolment, the last day on which they represented it; None while they do."""

    person_id: str
    last_days: Mapping[str, Mapping[str, date | None]] = {}


def standing_row(
    row: RepresentativeStanding | None, event: RepresentativeConfirmed | RepresentativeEnded
) -> RepresentativeStanding:
    """Return the row after this event. A home is closed to them on their last day there, in its last enrolment."""
    known = row or RepresentativeStanding(person_id=event.person_id)
    last_day = event.ended_on if isinstance(event, RepresentativeEnded) else None
    of_home = {**known.last_days.get(event.home_id, {}), event.enrolment_id: last_day}
    last_days = {**known.last_days, event.home_id: of_home}
    return known.model_copy(update={"last_days": last_days, "ended": {REPRESENTATIVE: _closed(last_days)}})


def _closed(last_days: Mapping[str, Mapping[str, date | None]]) -> Mapping[str, date]:
    closed: dict[str, date] = {}
    for home_id, enrolments in last_days.items():
        days = [day for day in enrolments.values() if day is not None]
        if len(days) == len(enrolments):
            closed[home_id] = max(days)
    return closed


STANDING = View(
    path="standing",
    key=lambda event: event.person_id,
    fold=standing_row,
    read_by=ONLY_WITHIN,
    order="person_id",
)
