from datetime import UTC, datetime
from typing import Any

import pytest

from services.network.domain.gathering import (
    AlreadyPublished,
    CancelGathering,
    GatheringUnknown,
    MoveGathering,
    NotAhead,
    PeopleWereThere,
    PublishGathering,
    WorkplaceNotOpen,
    shown,
)
from shared.chassis.declarations.moments import (
    AbsurdDate,
    EndsBeforeItStarts,
    LocalTimeAmbiguous,
    LocalTimeMissing,
    UnknownZone,
)
from shared.chassis.declarations.refusal import Refusal
from shared.events.network import GatheringAttended, GatheringCancelled, GatheringMoved
from tests.unit.network.gatherings import (
    ANN,
    ASKED,
    BEN,
    ENDS,
    FULL,
    HOST,
    LATER,
    MEETING,
    MEMBER,
    NOW,
    STARTS,
    booked,
    gathering,
    publish,
    published,
    waits,
)

THERE: dict[str, Any] = {"starts_at": STARTS + LATER, "ends_at": ENDS + LATER, "mode": "hybrid", "venue": "Town hall"}
move = MoveGathering(gathering_id="g1", **THERE, reason="venue-lost")
moved = GatheringMoved(
    **{**MEETING, **THERE, "schedule_revision": 2},
    earlier_starts_at=STARTS,
    earlier_ends_at=ENDS,
    earlier_mode="in-person",
    earlier_venue="The Old Library",
    reason="venue-lost",
)
cancel = CancelGathering(gathering_id="g1", reason="weather")
cancelled = GatheringCancelled(**{**MEETING, "schedule_revision": 2}, reason="weather")
came = GatheringAttended(
    gathering_id="g1",
    person_id="ann",
    sector="health",
    kind="forum",
    status="attended",
    mode="in-person",
    on=STARTS.date(),
    booked=True,
)


def asked(**changes: Any) -> PublishGathering:
    return PublishGathering(**{**ASKED, **changes})


def test_a_gathering_is_announced() -> None:
    answer = gathering.when(publish).then(published)
    assert (answer.state.status, answer.state.places_left) == ("published", 2)


def test_a_gathering_announced_twice_is_announced_once() -> None:
    gathering.given(published).when(publish).then_nothing()


def test_a_gathering_is_moved_or_enlarged_and_not_announced_otherwise() -> None:
    gathering.given(published).when(asked(capacity=9)).then_refused(AlreadyPublished)


def test_a_workplace_is_host_only_when_others_may_come() -> None:
    closed = asked(venue_kind="workplace", open_to_others=False)
    gathering.when(closed).then_refused(WorkplaceNotOpen, field="open_to_others")
    opened = asked(venue_kind="workplace")
    gathering.when(opened).then(published.model_copy(update={"venue_kind": "workplace"}))


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"starts_at": NOW}, NotAhead, "starts_at"),
        ({"starts_at": datetime(2099, 1, 1, tzinfo=UTC)}, AbsurdDate, "starts_at"),
        ({"ends_at": STARTS}, EndsBeforeItStarts, "ends_at"),
        ({"ends_at": datetime(2099, 1, 1, tzinfo=UTC)}, AbsurdDate, "ends_at"),
        ({"zone": "Europe/Atlantis"}, UnknownZone, "zone"),
    ],
)
def test_times_that_cannot_be_meant_are_refused(changes: dict[str, Any], reason: type[Refusal], field: str) -> None:
    gathering.when(asked(**changes)).then_refused(reason, field=field)


def test_a_time_that_the_change_of_clocks_leaves_out_or_repeats_is_refused() -> None:
    missing = datetime.fromisoformat("2026-03-29T01:30:00+00:00")
    gathering.when(asked(starts_at=missing)).then_refused(LocalTimeMissing, field="starts_at")
    twice = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    gathering.when(asked(starts_at=twice, ends_at=twice.replace(hour=9))).then_refused(LocalTimeAmbiguous)


def test_a_gathering_is_moved_and_its_bookings_stand() -> None:
    answer = gathering.given(*FULL).when(move).then(moved)
    assert (answer.state.starts_at, list(answer.state.booked)) == (STARTS + LATER, ["ann", "ben"])


def test_moved_to_where_it_is_already_is_not_moved() -> None:
    gathering.given(*FULL, moved).when(move).then_nothing()


def test_a_gathering_is_not_moved_to_a_time_that_is_over() -> None:
    gathering.given(published).when(move.model_copy(update={"starts_at": NOW})).then_refused(NotAhead)


def test_a_gathering_is_called_off_once() -> None:
    gathering.given(published).when(cancel).then(cancelled)
    gathering.given(published, cancelled).when(cancel).then_nothing()


def test_a_gathering_is_called_off_at_the_door() -> None:
    gathering.given(published).at(STARTS).when(cancel).then(cancelled)


def test_a_gathering_at_which_people_were_is_not_called_off() -> None:
    gathering.given(*FULL, came).at(STARTS).when(cancel).then_refused(PeopleWereThere)


@pytest.mark.parametrize("command", [move, cancel])
def test_nobody_moves_or_cancels_what_is_not_there(command: MoveGathering) -> None:
    gathering.when(command).then_refused(GatheringUnknown)


def test_everybody_sees_numbers_and_their_own_place_and_staff_see_who_comes() -> None:
    state = gathering.given(*FULL, waits("cat")).state
    seen = shown(state, ANN)
    assert (seen["yours"], seen["booked"], seen["waiting"], seen["places_left"]) == ("place", 2, 1, 0)
    assert shown(state, BEN.model_copy(update={"id": "cat"}))["yours"] == "waiting"
    assert "mix" not in seen
    assert "ann" not in str(seen)
    told = shown(state, HOST)
    assert (told["booked_person_ids"], told["waiting_person_ids"]) == (["ann", "ben"], ["cat"])
    assert told["mix"] == [{"sector": "health", "people": 2}]
    assert told["backgrounds"] == [{"background": "not-stated", "people": 2}]
    assert "backgrounds" not in seen


def test_who_is_outside_sees_of_a_closed_gathering_only_that_it_is_one() -> None:
    state = gathering.given(published.model_copy(update={"open_to_others": False}), booked("ben", 1)).state
    assert shown(state, ANN) == {"gathering_id": "g1", "status": "published", "open_to_others": False}
    for inside in (BEN, MEMBER, HOST):
        assert shown(state, inside)["venue"] == "The Old Library"
