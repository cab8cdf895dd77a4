"""Who represents a home no more does not look into it any more, unless they still do in another way."""

from datetime import date
from functools import reduce

from services.enrolment.views.standing import RepresentativeStanding, standing_row
from services.portfolio.views import standing as of_portfolio
from shared.events.enrolment import RepresentativeConfirmed, RepresentativeEnded

DAY = date(2026, 3, 1)


def confirmed(enrolment_id: str) -> RepresentativeConfirmed:
    return RepresentativeConfirmed(enrolment_id=enrolment_id, home_id="home", person_id="anna", represents_from=DAY)


def ended(enrolment_id: str, day: date = DAY) -> RepresentativeEnded:
    return RepresentativeEnded(
        enrolment_id=enrolment_id, home_id="home", person_id="anna", ended_on=day, reason="other", remaining_active=0
    )


def closed(*events: RepresentativeConfirmed | RepresentativeEnded) -> dict[str, date]:
    row: RepresentativeStanding | None = None
    row = reduce(standing_row, events, row)
    again = None if row is None else standing_row(row, events[-1])
    assert row is not None
    assert row == again, "folded twice changes nothing"
    return dict(row.ended["representative"])


def test_a_home_is_closed_on_the_last_day_and_opens_again() -> None:
    assert closed(confirmed("e1")) == {}
    assert closed(confirmed("e1"), ended("e1")) == {"home": DAY}
    assert closed(confirmed("e1"), ended("e1"), confirmed("e1")) == {}


def test_a_home_stays_open_while_one_of_its_enrolments_needs_them_in_any_order() -> None:
    assert closed(confirmed("e1"), confirmed("e2"), ended("e1")) == {}
    later = date(2026, 4, 1)
    assert closed(ended("e1"), ended("e2", later)) == closed(ended("e2", later), ended("e1")) == {"home": later}


def test_portfolio_folds_the_same_rows() -> None:
    row = of_portfolio.standing_row(of_portfolio.standing_row(None, confirmed("e1")), ended("e1"))
    assert row.ended == {"representative": {"home": DAY}}
