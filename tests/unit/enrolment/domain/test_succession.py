"""Somebody takes over: the home keeps everything, the leaver keeps their own, the newcomer learns what is missing."""

from datetime import timedelta
from typing import Any

from services.enrolment.domain.representatives import EndRepresentative
from services.enrolment.domain.succession import NotRepresenting, ReplaceRepresentative, SamePerson
from services.enrolment.service import ENROLMENTS
from shared.events.enrolment import (
    AttendanceNoted,
    RepresentativeConfirmed,
    RepresentativeEnded,
    RepresentativeNominated,
    RepresentativeReplaced,
    WorkshopCovered,
)
from tests.support.enrolment_story import PLACED, STARTS_ON, confirmed, nominated
from tests.support.scenario import NOW, Scenario

ID: dict[str, Any] = {"enrolment_id": "enrolment-1"}
REPLACE = ReplaceRepresentative(
    **ID, outgoing_person_id="anna", incoming_person_id="cora", job_role="nurse", reason="left-the-home"
)
COVERED = (
    AttendanceNoted(**ID, attendance_id="a1", person_id="anna", code="ON", on=STARTS_ON),
    WorkshopCovered(**ID, home_id="home-1", code="ON", person_id="anna"),
)
placed = Scenario(ENROLMENTS).given(*PLACED, *COVERED).at(NOW + timedelta(days=30))
HANDOVER = (RepresentativeNominated, RepresentativeConfirmed, RepresentativeEnded, RepresentativeReplaced)


def test_the_newcomer_comes_before_the_leaver_goes_and_the_home_keeps_what_it_covered() -> None:
    answer = placed.when(REPLACE).then_happened(*HANDOVER)
    ended, replaced = answer.events[2:]
    assert isinstance(ended, RepresentativeEnded)
    assert isinstance(replaced, RepresentativeReplaced)
    assert (ended.remaining_active, ended.vacant_since) == (2, None)
    assert (replaced.covered_by_leaver, replaced.to_catch_up) == (("ON",), ("ON",))
    assert answer.state.covered == ("ON",)
    assert answer.state.active == ("ben", "cora")
    assert answer.state.covered_by("anna") == {"ON"}
    placed.given(*answer.events).when(REPLACE).then_nothing()


def test_the_last_representative_is_followed_without_a_vacancy() -> None:
    left = EndRepresentative(**ID, person_id="ben", reason="own-wish")
    alone = placed.given(*placed.when(left).events)
    answer = alone.when(REPLACE).then_happened(*HANDOVER)
    assert answer.state.vacant_since is None
    assert answer.state.risks == {}


def test_who_represents_the_home_already_may_take_over_alone() -> None:
    handed = REPLACE.model_copy(update={"incoming_person_id": "ben"})
    placed.when(handed).then_happened(RepresentativeEnded, RepresentativeReplaced)
    forward = placed.given(nominated("cora"))
    forward.when(REPLACE).then_happened(RepresentativeConfirmed, RepresentativeEnded, RepresentativeReplaced)


def test_only_who_represents_the_home_is_replaced_and_by_somebody_else() -> None:
    placed.when(REPLACE.model_copy(update={"incoming_person_id": "anna"})).then_refused(SamePerson)
    placed.when(REPLACE.model_copy(update={"outgoing_person_id": "dora"})).then_refused(NotRepresenting)
    gone = placed.given(*placed.when(EndRepresentative(**ID, person_id="anna", reason="other")).events)
    gone.when(REPLACE).then_refused(NotRepresenting)


def test_who_comes_back_later_represents_the_home_again() -> None:
    answer = placed.when(REPLACE)
    back = placed.given(*answer.events, nominated("anna"), confirmed("anna"))
    assert back.state.covered_by("anna") == {"ON"}
