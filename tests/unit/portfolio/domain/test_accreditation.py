"""Accreditations: granted once for each enrolment, for whole months, and lapsed when the grace is over."""

from datetime import UTC, date, datetime

import pytest

from services.portfolio.domain.accreditation import LapseAccreditation
from services.portfolio.domain.requirements import RequirementsNotHereYet
from services.portfolio.domain.validity import certificate_number, last_day
from shared.events.portfolio import AccreditationGranted, AccreditationLapsed
from tests.unit.portfolio.given import ACCREDITATION_ID, GRANT, HOME_ID, accreditation, granted

LAPSE = LapseAccreditation(accreditation_id=ACCREDITATION_ID)
LAPSED = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))
GRACE_OVER = datetime(2027, 10, 13, 23, tzinfo=UTC)
"""The first moment of the 14th: it is still summer time."""


def test_an_accreditation_is_granted_for_the_months_of_its_version() -> None:
    number = certificate_number("north-west", HOME_ID, "care-home", GRANT.earned_on)
    accreditation.when(GRANT).then(granted().model_copy(update={"certificate_number": number}))


def test_an_enrolment_is_accredited_once() -> None:
    accreditation.given(granted()).when(GRANT).then_nothing()
    accreditation.given(granted(), LAPSED).when(GRANT).then_nothing()


def test_another_enrolment_of_the_home_takes_the_place_of_the_first() -> None:
    again = GRANT.model_copy(update={"enrolment_id": "enrolment-2", "earned_on": date(2027, 9, 1)})
    renewed = accreditation.given(granted()).when(again).then_happened(AccreditationGranted).state
    assert (renewed.status, renewed.valid_to) == ("granted", date(2028, 8, 31))


def test_nothing_is_granted_by_rules_that_are_not_here() -> None:
    accreditation.knowing(requirements=None).when(GRANT).then_refused(RequirementsNotHereYet)


def test_an_accreditation_lapses_the_day_after_its_grace() -> None:
    accreditation.given(granted()).at(GRACE_OVER).when(LAPSE).then(LAPSED)


def test_an_accreditation_does_not_lapse_within_its_grace() -> None:
    accreditation.given(granted()).at(datetime(2027, 10, 13, 22, 59, tzinfo=UTC)).when(LAPSE).then_nothing()


def test_an_accreditation_lapses_once() -> None:
    accreditation.given(granted(), LAPSED).at(GRACE_OVER).when(LAPSE).then_nothing()


def test_a_renewed_accreditation_does_not_lapse_with_the_old_one() -> None:
    renewed = accreditation.given(granted(), granted("enrolment-2", from_year=2027))
    renewed.at(GRACE_OVER).when(LAPSE).then_nothing()


def test_what_was_never_granted_does_not_lapse() -> None:
    accreditation.at(GRACE_OVER).when(LAPSE).then_nothing()


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 9, 14), 12, date(2027, 9, 13)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 9, 1), 6, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_to_the_day_before(first: date, months: int, last: date) -> None:
    assert last_day(first, months) == last


def test_a_certificate_number_can_be_read_out_and_follows_from_what_it_certifies() -> None:
    number, *others = (
        certificate_number(region, HOME_ID, "care-home", GRANT.earned_on) for region in ("north-west", "wales")
    )
    assert number == certificate_number("north-west", HOME_ID, "care-home", GRANT.earned_on)
    assert number not in others
    prefix, year, *letters = number.split("-")
    assert (prefix, year) == ("SSS", "2026")
    assert all(len(block) == 4 and not set(block) & set("ILOU") for block in letters)
