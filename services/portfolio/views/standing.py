"""Who represents no home any more, whatever their token still says."""

from shared.chassis.declarations.standing import Tenure, standing
from shared.events.enrolment import RepresentativeConfirmed, RepresentativeEnded
from shared.events.roles import REPRESENTATIVE


def representing(event: RepresentativeConfirmed | RepresentativeEnded) -> Tenure:
    """A representative is at home in a home by each enrolment of it, until they end there."""
    last_day = event.ended_on if isinstance(event, RepresentativeEnded) else None
    return Tenure(event.person_id, REPRESENTATIVE, event.home_id, event.enrolment_id, last_day)


STANDING = standing(representing)
