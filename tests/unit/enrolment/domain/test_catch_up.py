"""Who missed a mandatory workshop is offered to catch up as their version allows, and stays labelled so."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.enrolment.domain.catch_up import CatchUp, CatchUpNotAllowed, NotTheSameWorkshop
from services.enrolment.domain.days import DateInFuture
from services.enrolment.domain.register import (
    AlreadyRecorded,
    NotARepresentative,
    NothingToCatchUp,
    OutOfSequence,
    RecordAttendance,
)
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.events.enrolment import CatchUpOffered, RegisterClosed, WorkshopAttended, WorkshopMissed
from shared.events.values import CompletionRules
from tests.support.enrolment_story import (
    CANCELLED,
    PLACED,
    READY,
    SCHEDULED,
    WORKSHOP_ENDS,
    WORKSHOP_STARTS,
    attended,
    enrolled,
)
from tests.support.scenario import Scenario

MONTH = timedelta(days=30)
ANNA: dict[str, Any] = {"workshop_id": "workshop-s1", "enrolment_id": "enrolment-1", "person_id": "anna"}
ABSENT = RecordAttendance(**ANNA, status="absent")
OTHER = SCHEDULED.model_copy(
    update={"workshop_id": "other", "cohort_id": "cohort-b", "starts_at": WORKSHOP_STARTS + MONTH, "mode": "online"}
)
CLOSED = RegisterClosed(
    workshop_id="workshop-s1", cohort_id="cohort-a", code="S1", attended=0, missed=2, closed_at=WORKSHOP_ENDS
)
other = Scenario(WORKSHOPS).given(OTHER).state
enrolment = Scenario(ENROLMENTS).given(*PLACED).state
held = Scenario(WORKSHOPS).given(SCHEDULED).knowing(enrolments={"enrolment-1": enrolment}).at(WORKSHOP_ENDS)
missed = held.given(*held.when(ABSENT).events, CLOSED).at(WORKSHOP_ENDS + 2 * MONTH)


def catch_up(**how: Any) -> RecordAttendance:
    return RecordAttendance(**ANNA, status="caught-up", catch_up=CatchUp(**how))


def with_rules(scenario: Scenario, **rules: Any) -> Scenario:
    state = Scenario(ENROLMENTS).given(*READY, enrolled(rules=CompletionRules(**rules))).state
    return scenario.knowing(enrolments={"enrolment-1": state})


def test_who_missed_a_mandatory_workshop_is_offered_what_the_version_allows() -> None:
    offer = held.when(ABSENT).then_happened(WorkshopMissed, CatchUpOffered).events[1].model_dump()
    assert (offer["methods"], offer["due_by"]) == (("later-cohort", "one-to-one"), date(2026, 4, 6))
    with_rules(held, catch_up_methods=()).when(ABSENT).then_happened(WorkshopMissed)
    optional = Scenario(WORKSHOPS).given(SCHEDULED.model_copy(update={"mandatory": False}))
    optional.knowing(enrolments={"enrolment-1": enrolment}).at(WORKSHOP_ENDS).when(ABSENT).then_happened(WorkshopMissed)


def test_a_catch_up_counts_long_after_the_window_and_says_how() -> None:
    answer = missed.when(catch_up()).then_happened(WorkshopAttended)
    told = answer.events[0].model_dump()
    assert (told["status"], told["covers"], told["catch_up_method"]) == ("caught-up", True, "one-to-one")
    assert told["on"] == date(2026, 4, 10)
    missed.given(*answer.events).when(catch_up()).then_nothing()


def test_a_catch_up_at_another_cohorts_workshop_names_it_and_its_day() -> None:
    asked = catch_up(method="later-cohort", via_workshop_id="other")
    told = missed.knowing(other=other).when(asked).events[0].model_dump()
    assert (told["via_workshop_id"], told["on"], told["mode"]) == ("other", other.day, "online")


@pytest.mark.parametrize("changed", [{"code": "OFF"}, {"workshop_id": "workshop-s1"}, {"cancelled": True}])
def test_a_workshop_that_is_none_or_another_is_no_catch_up(changed: dict[str, Any]) -> None:
    asked = catch_up(method="later-cohort", via_workshop_id="other")
    wrong = other.model_copy(update=changed)
    missed.knowing(other=wrong).when(asked).then_refused(NotTheSameWorkshop, field="catch_up")
    missed.when(asked).then_refused(NotTheSameWorkshop)
    missed.knowing(other=other).at(WORKSHOP_STARTS + MONTH - timedelta(1)).when(asked).then_refused(NotTheSameWorkshop)
    missed.when(catch_up(method="later-cohort")).then_refused(NotTheSameWorkshop)
    missed.knowing(other=other).when(catch_up(via_workshop_id="other")).then_refused(NotTheSameWorkshop)


def test_a_recording_counts_only_when_the_version_says_so() -> None:
    asked = catch_up(method="recording")
    missed.when(asked).then_refused(CatchUpNotAllowed, methods=["later-cohort", "one-to-one"])
    with_rules(missed, catch_up_methods=("recording",)).when(asked).then_happened(WorkshopAttended)


def test_nobody_catches_up_tomorrow_or_before_they_represent_the_home() -> None:
    missed.when(catch_up(on=date(2026, 4, 11))).then_refused(DateInFuture)
    missed.when(catch_up(on=date(2026, 1, 11))).then_refused(NotARepresentative)


def test_who_was_there_has_nothing_to_catch_up() -> None:
    held.given(attended()).when(catch_up()).then_refused(AlreadyRecorded)
    plain = ABSENT.model_copy(update={"catch_up": CatchUp()})
    held.when(plain).then_refused(NothingToCatchUp, field="catch_up")


def test_the_order_of_the_version_binds_a_home_but_not_a_catch_up() -> None:
    last = held.given(SCHEDULED.model_copy(update={"code": "OFF", "after": ("ON",)}))
    there = RecordAttendance(**ANNA, status="attended")
    last.when(there).then_refused(OutOfSequence, field="enrolment_id", missing="ON", code="OFF")
    last.when(ABSENT).then_happened(WorkshopMissed, CatchUpOffered)
    last.when(catch_up()).then_happened(WorkshopAttended)
    by_ben = Scenario(WORKSHOPS).given(SCHEDULED, attended(person_id="ben", status="caught-up")).state
    last.knowing(before={"ON": by_ben}).when(there).then_happened(WorkshopAttended)
    of_another_home = Scenario(WORKSHOPS).given(SCHEDULED, attended(enrolment_id="enrolment-2")).state
    last.knowing(before={"ON": of_another_home}).when(there).then_refused(OutOfSequence)
    off = Scenario(WORKSHOPS).given(SCHEDULED, CANCELLED).state
    last.knowing(before={"ON": off}).when(there).then_refused(OutOfSequence)
