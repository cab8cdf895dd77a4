"""Who represents a home no more does not look into it any more, in every service that shows what belongs to it."""

from datetime import date
from functools import reduce

import pytest

from services.enrolment.service import SERVICE as ENROLMENT
from services.portfolio.service import SERVICE as PORTFOLIO
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.standing import Standing
from shared.events.enrolment import RepresentativeConfirmed, RepresentativeEnded

DAY = date(2026, 3, 1)


def confirmed(enrolment_id: str) -> RepresentativeConfirmed:
    return RepresentativeConfirmed(enrolment_id=enrolment_id, home_id="home", person_id="anna", represents_from=DAY)


def ended(enrolment_id: str) -> RepresentativeEnded:
    return RepresentativeEnded(
        enrolment_id=enrolment_id, home_id="home", person_id="anna", ended_on=DAY, reason="other", remaining_active=0
    )


@pytest.mark.parametrize("service", [ENROLMENT, PORTFOLIO], ids=lambda service: service.name)
def test_a_home_is_closed_to_a_representative_on_their_last_day_in_its_last_enrolment(service: Service) -> None:
    view = service.standing
    assert view is not None
    assert view in service.views

    def closed(*events: RepresentativeConfirmed | RepresentativeEnded) -> frozenset[str]:
        row: Standing | None = reduce(view.fold, events, None)
        assert row is not None
        return row.ended(DAY)["representative"]

    assert closed(confirmed("e1"), ended("e1")) == {"home"}
    assert closed(confirmed("e1"), confirmed("e2"), ended("e1")) == frozenset()
    assert closed(confirmed("e1"), ended("e1"), confirmed("e1")) == frozenset()
