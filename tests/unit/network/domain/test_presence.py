from datetime import timedelta
from typing import Any

import pytest

from services.network.domain.booking import GatheringOff
from services.network.domain.presence import (
    AlreadyRecorded,
    CloseGathering,
    LeftBeforeArriving,
    ListClosed,
    NotBegun,
    NotExpected,
    RecordPresence,
    VoidPresence,
)
from shared.chassis.declarations.command import Command
from shared.events.network import (
    BackgroundCount,
    GatheringAttended,
    GatheringCancelled,
    GatheringHeld,
    GatheringMissed,
    GatheringPresenceVoided,
    PresenceStatus,
    SectorCount,
)
from tests.unit.network.gatherings import FULL, MEETING, STARTS, booked, gathering, published

DURING = STARTS + timedelta(minutes=30)
begun = gathering.given(*FULL).at(DURING)


def record(status: PresenceStatus = "attended", person_id: str = "ann", **more: Any) -> RecordPresence:
    return RecordPresence(gathering_id="g1", person_id=person_id, status=status, **more)


def attended(person_id: str = "ann", sector: str = "health", **more: Any) -> GatheringAttended:
    told = {"status": "attended", "mode": "in-person", "booked": True, **more}
    return GatheringAttended(
        gathering_id="g1", person_id=person_id, sector=sector, kind="forum", on=STARTS.date(), **told
    )


def missed(status: PresenceStatus = "apologies", person_id: str = "ann") -> GatheringMissed:
    return GatheringMissed(
        gathering_id="g1", person_id=person_id, sector="health", kind="forum", status=status, on=STARTS.date()
    )


void = VoidPresence(gathering_id="g1", person_id="ann", reason="wrong-status")
voided = GatheringPresenceVoided(
    gathering_id="g1", person_id="ann", sector="health", status="attended", reason="wrong-status"
)
close = CloseGathering(gathering_id="g1")


def held(**numbers: Any) -> GatheringHeld:
    told = {"attended": 0, "missed": 0, "unrecorded": 0, "mix": (), "backgrounds": (), **numbers}
    return GatheringHeld(**MEETING, area="wirral", **told)


cancelled = GatheringCancelled(**MEETING, reason="weather")


def test_who_was_there_keeps_the_sector_that_they_gave_when_they_booked() -> None:
    begun.when(record(sector="carers")).then(attended())


def test_who_was_there_for_a_part_or_online_is_recorded_so_with_the_times() -> None:
    times: dict[str, Any] = {"arrived": STARTS, "left": DURING}
    part = attended(status="part", mode="online", **times)
    begun.when(record("part", mode="online", **times)).then(part)


def test_whoever_came_without_a_booking_is_asked_for_their_sector_at_the_door() -> None:
    begun.when(record(person_id="zoe", sector="carers")).then(attended("zoe", "carers", booked=False))
    begun.when(record(person_id="zoe")).then(attended("zoe", "not-stated", booked=False))


def test_the_role_is_asked_at_the_door_of_whoever_did_not_state_it() -> None:
    begun.when(record(background="nurse")).then(attended(background="nurse"))
    begun.when(record(background="not-stated")).then(attended())
    stated = gathering.given(published, booked("ann", 1, background="carer")).at(DURING)
    stated.when(record(background="nurse")).then(attended(background="carer"))
    unasked = gathering.given(published, booked("ann", 1, "not-stated")).at(DURING)
    unasked.when(record(sector="health")).then(attended())


def test_the_role_of_who_was_missing_or_entered_wrongly_is_told_too() -> None:
    stated = gathering.given(published, booked("ann", 1, background="nurse")).at(DURING)
    stated.when(record("apologies")).then(missed().model_copy(update={"background": "nurse"}))
    answer = stated.given(attended(background="nurse")).when(void)
    answer.then(voided.model_copy(update={"background": "nurse"}))


@pytest.mark.parametrize("status", ["apologies", "absent"])
def test_who_booked_and_was_not_there_missed_it(status: PresenceStatus) -> None:
    begun.when(record(status)).then(missed(status))


def test_nobody_misses_what_they_had_not_booked() -> None:
    begun.when(record("absent", "zoe")).then_refused(NotExpected, field="person_id")


def test_the_same_twice_is_recorded_once() -> None:
    begun.given(attended()).when(record()).then_nothing()
    begun.given(missed("absent")).when(record("absent")).then_nothing()


def test_something_else_is_entered_only_after_the_first_was_voided() -> None:
    begun.given(attended()).when(record("absent")).then_refused(AlreadyRecorded, status="attended")
    begun.given(attended()).when(void).then(voided)
    begun.given(attended(), voided).when(record("absent")).then(missed("absent"))


def test_what_nobody_entered_is_void_already() -> None:
    begun.when(void).then_nothing()


def test_nobody_leaves_before_they_arrive() -> None:
    command = record(arrived=DURING, left=STARTS)
    begun.when(command).then_refused(LeftBeforeArriving, field="left")


def test_the_closing_counts_by_sector_and_by_role_and_says_of_how_many_nothing_is_known() -> None:
    at_the_door = attended("zoe", "not-stated", booked=False)
    mix = (SectorCount(sector="health", people=1), SectorCount(sector="not-stated", people=1))
    backgrounds = (BackgroundCount(background="not-stated", people=1), BackgroundCount(background="nurse", people=1))
    told = held(attended=2, unrecorded=1, mix=mix, backgrounds=backgrounds)
    begun.given(attended(background="nurse"), at_the_door).when(close).then(told)


def test_who_missed_it_is_not_in_the_mix() -> None:
    begun.given(missed(), missed("absent", "ben")).when(close).then(held(missed=2))


def test_a_list_is_closed_once() -> None:
    begun.given(held()).when(close).then_nothing()


@pytest.mark.parametrize("command", [record(), close])
def test_nobody_was_there_before_it_began(command: Command) -> None:
    gathering.given(*FULL).when(command).then_refused(NotBegun)


@pytest.mark.parametrize("command", [record("absent"), void])
def test_a_closed_list_stays_as_it_is(command: Command) -> None:
    begun.given(attended(), held()).when(command).then_refused(ListClosed)


@pytest.mark.parametrize("command", [record(), close])
def test_nobody_was_at_a_gathering_that_was_off(command: Command) -> None:
    gathering.given(published, cancelled).at(DURING).when(command).then_refused(GatheringOff)
