import pytest

from services.network.domain.booking import (
    BookPlace,
    CancelBooking,
    GatheringBegun,
    GatheringOff,
    MembersOnly,
    NotForSomebodyElse,
)
from services.network.domain.gathering import EnlargeGathering, GatheringUnknown, NotLarger
from shared.chassis.declarations.command import Command
from shared.events.network import GatheringCancelled, GatheringEnlarged
from tests.unit.network.gatherings import (
    ANN,
    BEN,
    ENDS,
    FULL,
    MEETING,
    STARTS,
    booked,
    gathering,
    gave_back,
    given_place,
    published,
    waits,
    waits_no_longer,
)

anns_place = BookPlace(gathering_id="g1", person_id="ann", sector="health")
bens_place = BookPlace(gathering_id="g1", person_id="ben", sector="not-stated")
cats_place = BookPlace(gathering_id="g1", person_id="cat", sector="carers")
ann_cannot_come = CancelBooking(gathering_id="g1", person_id="ann")
cancelled = GatheringCancelled(**MEETING, reason="weather")


def test_anybody_books_a_place_for_themselves() -> None:
    gathering.given(published).by(ANN).when(anns_place).then(booked("ann", 1))


def test_who_does_not_say_their_sector_is_counted_as_such() -> None:
    gathering.given(published).by(BEN).when(bens_place).then(booked("ben", 1, "not-stated"))


def test_who_says_their_role_keeps_it_on_the_waiting_list_and_with_the_place() -> None:
    nurse, dan = booked("ann", 1, background="nurse"), waits("dan", background="doctor")
    anns = anns_place.model_copy(update={"background": "nurse"})
    gathering.given(published).by(ANN).when(anns).then(nurse)
    dans = cats_place.model_copy(update={"person_id": "dan", "background": "doctor"})
    full = gathering.given(published, nurse, booked("ben"))
    full.when(dans).then(dan)
    answer = full.given(dan).when(ann_cannot_come)
    answer.then(gave_back("ann", background="nurse"), given_place("dan", background="doctor"))
    assert answer.state.booked["dan"].background == "doctor"


def test_who_holds_the_gathering_books_for_whoever_asks_them_to() -> None:
    gathering.given(published).when(cats_place).then(booked("cat", 1, "carers"))


@pytest.mark.parametrize("command", [anns_place, ann_cannot_come])
def test_nobody_else_books_or_cancels_for_somebody(command: Command) -> None:
    gathering.given(published).by(BEN).when(command).then_refused(NotForSomebodyElse, field="person_id")


closed = published.model_copy(update={"open_to_others": False})


def test_a_gathering_not_open_to_others_gives_places_to_members_only() -> None:
    gathering.given(closed).by(ANN).when(anns_place).then_refused(MembersOnly, field="person_id")
    gathering.given(closed).when(anns_place).then_refused(MembersOnly)
    gathering.given(closed).by(ANN).knowing(is_member=True).when(anns_place).then(booked("ann", 1))


def test_who_was_a_member_when_they_booked_keeps_the_place_and_can_give_it_back() -> None:
    theirs = gathering.given(closed, booked("ann", 1)).by(ANN)
    theirs.when(anns_place).then_nothing()
    theirs.when(ann_cannot_come).then(gave_back("ann"))


@pytest.mark.parametrize("again", [anns_place, cats_place])
def test_booking_twice_is_booking_once(again: BookPlace) -> None:
    gathering.given(*FULL, waits("cat")).when(again).then_nothing()


def test_who_comes_when_all_places_are_taken_waits() -> None:
    gathering.given(*FULL).when(cats_place).then(waits("cat"))
    dan = cats_place.model_copy(update={"person_id": "dan"})
    gathering.given(*FULL, waits("cat")).when(dan).then(waits("dan", 2))


def test_a_place_that_becomes_free_goes_to_who_has_waited_longest() -> None:
    answer = gathering.given(*FULL, waits("zoe"), waits("cat", 2)).by(ANN).when(ann_cannot_come)
    answer.then(gave_back("ann"), given_place("zoe"))
    assert (list(answer.state.booked), list(answer.state.waiting)) == (["ben", "zoe"], ["cat"])


def test_a_place_that_nobody_waits_for_is_free() -> None:
    answer = gathering.given(*FULL).when(ann_cannot_come).then(gave_back("ann"))
    assert answer.state.places_left == 1


def test_who_waits_no_longer_frees_no_place() -> None:
    command = CancelBooking(gathering_id="g1", person_id="cat")
    gathering.given(*FULL, waits("cat"), waits("dan", 2)).when(command).then(waits_no_longer("cat"))


def test_who_has_no_booking_has_cancelled_already() -> None:
    gathering.given(published).by(ANN).when(ann_cannot_come).then_nothing()


def test_who_gave_a_place_back_may_book_again() -> None:
    gathering.given(published, booked("ann", 1), gave_back("ann")).when(anns_place).then(booked("ann", 1))


def test_more_places_go_to_those_who_wait_in_their_order() -> None:
    history = (*FULL, waits("zoe"), waits("cat", 2), waits("dan", 3))
    enlarged = GatheringEnlarged(gathering_id="g1", capacity=4)
    answer = gathering.given(*history).when(EnlargeGathering(gathering_id="g1", capacity=4))
    answer.then(enlarged, given_place("zoe"), given_place("cat"))
    assert list(answer.state.waiting) == ["dan"]


def test_the_same_number_of_places_twice_is_said_once() -> None:
    gathering.given(published).when(EnlargeGathering(gathering_id="g1", capacity=2)).then_nothing()


def test_nobody_who_has_a_place_loses_it() -> None:
    gathering.given(*FULL).when(EnlargeGathering(gathering_id="g1", capacity=1)).then_refused(NotLarger, capacity=2)


LATE = [cats_place, ann_cannot_come, EnlargeGathering(gathering_id="g1", capacity=9)]


@pytest.mark.parametrize("command", LATE)
def test_once_it_has_begun_nothing_is_booked_or_given_back(command: Command) -> None:
    gathering.given(*FULL).at(STARTS).when(command).then_refused(GatheringBegun)
    gathering.given(*FULL).at(ENDS).when(command).then_refused(GatheringBegun)


@pytest.mark.parametrize("command", LATE)
def test_nothing_is_booked_at_a_gathering_that_is_off(command: Command) -> None:
    gathering.given(*FULL, cancelled).when(command).then_refused(GatheringOff)


@pytest.mark.parametrize("command", LATE)
def test_nobody_books_at_a_gathering_that_nobody_knows(command: Command) -> None:
    gathering.when(command).then_refused(GatheringUnknown)
