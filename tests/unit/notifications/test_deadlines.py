from datetime import timedelta

from services.notifications.deadlines import REMIND, TRY_AGAIN
from services.notifications.domain.attempt import RequestAgain
from services.notifications.domain.audience import TellAudience
from shared.chassis.declarations.deadline import Due
from shared.events.notifications import AudienceTold, MessageDeferred
from tests.support.scenario import NOW
from tests.unit.notifications.builders import COHORT, MESSAGE, notice_set, requested

AT = NOW + timedelta(days=3)
put_off = MessageDeferred(message_id=MESSAGE, attempt=1, reason="provider-away", deferred_at=NOW, try_again_at=AT)


def test_a_notice_with_a_moment_falls_due_then():
    due = REMIND.fold(None, notice_set(tell_at=AT))
    assert due == Due(at=AT, ask=TellAudience(audience_id=COHORT, notice_id="n1"))
    assert REMIND.key(notice_set()) == "n1"


def test_a_notice_without_a_moment_never_falls_due():
    assert REMIND.fold(None, notice_set()) is None


def test_a_notice_that_was_told_falls_due_no_more():
    told = AudienceTold(audience_id=COHORT, notice_id="n1", recipient_count=3)
    assert REMIND.fold(REMIND.fold(None, notice_set(tell_at=AT)), told) is None


def test_a_message_that_was_put_off_is_tried_again():
    assert TRY_AGAIN.fold(None, put_off) == Due(at=AT, ask=RequestAgain(message_id=MESSAGE, attempt=2))


def test_a_message_that_is_on_its_way_again_is_no_longer_due():
    assert TRY_AGAIN.fold(TRY_AGAIN.fold(None, put_off), requested(2)) is None
