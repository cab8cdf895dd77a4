"""Who has to catch up: offers come by one stream, bookings by another, and it ends the same in any order."""

from datetime import date
from itertools import combinations
from typing import Any

from services.enrolment.views.catch_ups import CATCH_UPS, CatchUpRow
from services.enrolment.views.uploads import UPLOADS
from shared.chassis.declarations.event import Event
from shared.events.enrolment import (
    AttendanceVoided,
    CatchUpBooked,
    CatchUpBookingCancelled,
    CatchUpOffered,
    CaughtUp,
    HeldEntry,
    RegisterSynced,
)
from tests.support.enrolment_story import WORKSHOP_STARTS, attended
from tests.unit.network.entries import envelope

WHOSE: dict[str, Any] = {"enrolment_id": "enrolment-1", "home_id": "home-1", "person_id": "anna", "code": "ON"}
HERE: dict[str, Any] = {"workshop_id": "w1", "cohort_id": "cohort-a"}
OFFERED = CatchUpOffered(
    **WHOSE, **HERE, attendance_id="a1", methods=("later-cohort", "one-to-one"), due_by=date(2026, 4, 6)
)
BOOKED = CatchUpBooked(
    **WHOSE, method="later-cohort", via_workshop_id="w2", via_cohort_id="cohort-b", starts_at=WORKSHOP_STARTS
)
CANCELLED, DONE = CatchUpBookingCancelled(**WHOSE), CaughtUp(**WHOSE)
CAME = attended().model_copy(update={**WHOSE, "covers": True})
VOIDED = AttendanceVoided(
    **WHOSE, **HERE, attendance_id="a1", status="absent", on=date(2026, 2, 9), reason="other", covers=False
)


def after(*events: Event) -> CatchUpRow | None:
    row: CatchUpRow | None = None
    for event in events:
        row = CATCH_UPS.next_row(row, event, envelope())
    return row


def test_what_is_on_offer_and_what_is_booked_is_one_row() -> None:
    row = after(OFFERED, BOOKED)
    assert row == after(BOOKED, OFFERED)
    assert row is not None
    assert (row.methods, row.due_by, row.method, row.via_workshop_id) == (
        ("later-cohort", "one-to-one"),
        date(2026, 4, 6),
        "later-cohort",
        "w2",
    )


def test_a_booking_that_is_cancelled_leaves_the_offer() -> None:
    row = after(OFFERED, BOOKED, CANCELLED)
    assert row == after(OFFERED)


def test_a_row_goes_when_nothing_is_left_of_it() -> None:
    assert after(BOOKED, CANCELLED) is None
    assert after(OFFERED, VOIDED) is None
    assert after(OFFERED, BOOKED, CAME, DONE) is None
    assert after(CAME) is None
    assert after(OFFERED, CAME.model_copy(update={"covers": False})) == after(OFFERED)
    other = VOIDED.model_copy(update={"attendance_id": "a2"})
    assert after(OFFERED, other) == after(OFFERED)


def test_two_streams_come_to_the_same_end_in_any_order() -> None:
    ours, theirs = (OFFERED, CAME), (BOOKED, DONE)
    ends = set()
    for places in combinations(range(4), 2):
        one, two = iter(ours), iter(theirs)
        ends.add(after(*(next(one if place in places else two) for place in range(4))))
    assert ends == {None}


def test_what_a_device_sent_shows_what_was_held_back_and_why() -> None:
    held = HeldEntry(
        enrolment_id="enrolment-1", person_id="anna", status="attended", taken_at=WORKSHOP_STARTS, why="superseded"
    )
    synced = RegisterSynced(**HERE, code="ON", device_id="phone", upload="u1", created=2, known=1, held_back=(held,))
    row = UPLOADS.next_row(None, synced, envelope())
    assert row is not None
    assert (row.created, row.known, row.complete, row.held_back) == (2, 1, False, (held,))
    assert UPLOADS.next_row(row, synced, envelope()) == row
    whole = UPLOADS.next_row(None, synced.model_copy(update={"upload": "u2", "held_back": ()}), envelope())
    assert whole is not None
    assert (whole.complete, whole.upload_id == row.upload_id) == (True, False)
