"""When an accreditation lapses: the day after its grace, and not when it was renewed."""

from datetime import UTC, date, datetime

from services.portfolio.deadlines import LAPSE
from services.portfolio.domain.accreditation import LapseAccreditation
from shared.chassis.declarations.deadline import Due
from shared.events.portfolio import AccreditationLapsed
from tests.unit.portfolio.given import ACCREDITATION_ID, HOME_ID, granted

DUE = Due(at=datetime(2027, 10, 14, tzinfo=UTC), ask=LapseAccreditation(accreditation_id=ACCREDITATION_ID))


def test_a_granted_accreditation_falls_due_the_day_after_its_grace() -> None:
    assert LAPSE.fold(None, granted()) == DUE
    assert LAPSE.key(granted()) == ACCREDITATION_ID


def test_a_later_grant_moves_the_moment() -> None:
    later = LAPSE.fold(DUE, granted("enrolment-2", from_year=2027))
    assert later is not None
    assert later.at == datetime(2028, 10, 14, tzinfo=UTC)


def test_a_lapse_lifts_it() -> None:
    lapsed = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))
    assert LAPSE.fold(DUE, lapsed) is None
