"""What falls due in the life of an enrolment, and what lifts it."""

from datetime import date, timedelta
from functools import reduce
from typing import Any

from services.enrolment.deadlines import CATCH_UP, SILENCE, VACANCY
from services.enrolment.domain.leaving import PauseVacant
from services.enrolment.domain.risks import ReviewCatchUps, ReviewEnrolment
from shared.chassis.declarations.deadline import Deadline, Due
from shared.events.days import start_of
from shared.events.enrolment import (
    CatchUpOffered,
    EnrolmentAtRisk,
    EnrolmentPaused,
    EnrolmentResumed,
    EnrolmentRiskCleared,
    EnrolmentWithdrawn,
    RepresentativeEnded,
    SilenceReviewPlanned,
)
from tests.support.enrolment_story import STARTS_ON, confirmed, enrolled

ABOUT: dict[str, Any] = {"enrolment_id": "enrolment-1", "home_id": "home-1"}
PLACE: dict[str, Any] = {**ABOUT, "cohort_id": "cohort-a"}
DAY = date(2026, 5, 4)
PAUSED = EnrolmentPaused(**PLACE, reason="outbreak", paused_on=DAY)
RESUMED = EnrolmentResumed(**PLACE, resumed_on=DAY, paused_days=7, due_on=DAY, silence_review_on=DAY)
WITHDRAWN = EnrolmentWithdrawn(**ABOUT, pathway="care-homes", reason="other", withdrawn_on=DAY)


def at_risk(reason: str) -> EnrolmentAtRisk:
    return EnrolmentAtRisk(
        **PLACE, home_name="Bryn Awel", reason=reason, says=reason, reasons=(reason,), raised_on=DAY, review_by=DAY
    )


def ended(remaining: int) -> RepresentativeEnded:
    grace = None if remaining else DAY
    return RepresentativeEnded(
        **PLACE, person_id="anna", ended_on=DAY, reason="other", remaining_active=remaining, grace_ends_on=grace
    )


def due(deadline: Deadline, *events: Any) -> Due | None:
    def fold(moment: Due | None, event: Any) -> Due | None:
        assert deadline.key(event) == "enrolment-1"
        return deadline.fold(moment, event)

    return reduce(fold, events, None)


def test_it_is_looked_on_the_day_after_somebody_should_have_caught_up() -> None:
    offered = CatchUpOffered(
        **PLACE, workshop_id="w1", code="ON", person_id="anna", attendance_id="a1", methods=("one-to-one",), due_by=DAY
    )
    moment = Due(at=start_of(DAY + timedelta(days=1)), ask=ReviewCatchUps(enrolment_id="enrolment-1"))
    assert CATCH_UP.fold(None, offered) == CATCH_UP.fold(moment, offered) == moment


LOOK = Due(at=start_of(DAY), ask=ReviewEnrolment(enrolment_id="enrolment-1"))
PAUSE = Due(at=start_of(DAY), ask=PauseVacant(enrolment_id="enrolment-1"))
NEXT = SilenceReviewPlanned(**ABOUT, silence_review_on=DAY)
CLEARED = EnrolmentRiskCleared(**PLACE, reason="silent", reasons=(), cleared_on=DAY, silence_review_on=DAY)
OTHER_CLEARED = CLEARED.model_copy(update={"reason": "manager-changed", "silence_review_on": None})


def test_a_home_is_looked_at_after_its_days_of_silence_and_again_whenever_that_was_put_off() -> None:
    first = due(SILENCE, enrolled())
    assert first is not None
    assert first.at == start_of(STARTS_ON + timedelta(days=31))
    assert due(SILENCE, enrolled(), NEXT) == LOOK
    assert due(SILENCE, enrolled(), at_risk("silent"), CLEARED) == LOOK
    assert due(SILENCE, enrolled(), PAUSED, RESUMED) == LOOK
    assert due(SILENCE, enrolled(), NEXT, at_risk("manager-changed"), OTHER_CLEARED) == LOOK


def test_nobody_looks_at_a_home_that_is_known_to_be_silent_pauses_or_has_left() -> None:
    for over in (at_risk("silent"), PAUSED, WITHDRAWN):
        assert due(SILENCE, enrolled(), over) is None


def test_a_home_without_anybody_is_paused_unless_somebody_follows() -> None:
    assert due(VACANCY, ended(0)) == PAUSE
    assert due(VACANCY, ended(1)) is None
    for over in (confirmed("cora"), PAUSED, WITHDRAWN):
        assert due(VACANCY, ended(0), over) is None
