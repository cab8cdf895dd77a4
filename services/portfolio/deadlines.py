"""What falls due in portfolio: an accreditation lapses when its grace is over."""

from datetime import UTC, datetime, time

from services.portfolio.domain.accreditation import LapseAccreditation
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.portfolio import AccreditationGranted, AccreditationLapsed


def _lapse(due: Due | None, event: AccreditationGranted | AccreditationLapsed) -> Due | None:
    """The day after the grace; a later grant moves it, a lapse lifts it."""
    del due
    if isinstance(event, AccreditationLapsed):
        return None
    at = datetime.combine(event.lapses_on, time.min, UTC)
    return Due(at=at, ask=LapseAccreditation(accreditation_id=event.accreditation_id))


LAPSE = Deadline(name="accreditation-lapse", key=lambda event: event.accreditation_id, fold=_lapse)
