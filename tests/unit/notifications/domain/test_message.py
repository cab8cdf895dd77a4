from datetime import timedelta
from typing import Any

import pytest

from services.notifications.domain.attempt import (
    ClaimMessage,
    MessageHeldBack,
    MessageNotFailed,
    RequestAgain,
    SendAgain,
)
from services.notifications.domain.message import MessageUnknown, RequestMessage, message_id
from services.notifications.domain.outcome import (
    RecordDeferred,
    RecordFailed,
    RecordReceipt,
    RecordSent,
    RecordUnconfirmed,
)
from services.notifications.service import MESSAGES
from shared.events.notifications import (
    MessageClaimed,
    MessageDeferred,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageSent,
    MessageUnconfirmed,
)
from tests.support.scenario import NOW, Scenario
from tests.unit.notifications.builders import MESSAGE, claimed, requested

message = Scenario(MESSAGES)
on_its_way = message.given(requested(), claimed())
request = RequestMessage(**requested().model_dump(exclude={"template_id", "channel", "attempt", "requested_at"}))
sent = MessageSent(
    message_id=MESSAGE,
    recipient_person_id="ann",
    notice="welcome",
    template_key="welcome",
    template_origin="packaged",
    template_number=1,
    language="en",
    source_event_id="e1",
    attempt=1,
    sent_at=NOW,
)
record_sent = RecordSent(message_id=MESSAGE, attempt=1, template_origin="packaged", template_number=1, language="en")
unconfirmed = MessageUnconfirmed(
    message_id=MESSAGE, recipient_person_id="ann", template_key="welcome", attempt=1, unconfirmed_at=NOW
)
record_unconfirmed = RecordUnconfirmed(message_id=MESSAGE, attempt=1)


def failed(reason: str, attempt: int = 1) -> MessageFailed:
    return MessageFailed.model_validate(
        {
            "message_id": MESSAGE,
            "recipient_person_id": "ann",
            "notice": "welcome",
            "template_key": "welcome",
            "source_event_id": "e1",
            "reason": reason,
            "attempt": attempt,
            "failed_at": NOW,
        }
    )


def deferred(attempt: int, wait: timedelta, reason: str = "provider-away") -> MessageDeferred:
    return MessageDeferred.model_validate(
        {
            "message_id": MESSAGE,
            "attempt": attempt,
            "reason": reason,
            "deferred_at": NOW,
            "try_again_at": NOW + wait,
        }
    )


def test_a_message_is_requested_once():
    message.when(request).then(requested())
    message.given(requested()).when(request).then_nothing()
    message.given(requested(), claimed(), sent).when(request).then_nothing()


def test_one_event_recipient_and_template_make_one_message():
    assert message_id("e1", "ann", "welcome") == MESSAGE
    others = {message_id("e2", "ann", "welcome"), message_id("e1", "ben", "welcome"), message_id("e1", "ann", "other")}
    assert len(others | {MESSAGE}) == 4


def test_a_message_that_comes_too_late_is_never_requested():
    message.at(request.valid_until).when(request).then_nothing()


def test_a_message_to_a_dead_address_is_suppressed():
    message.when(request, facts={"suppressed": True}).then(failed("suppressed"))


def test_an_attempt_is_claimed_once():
    claim = ClaimMessage(message_id=MESSAGE, attempt=1)
    message.given(requested()).when(claim).then(claimed())
    on_its_way.when(claim).then_nothing()
    on_its_way.given(sent).when(claim).then_nothing()


def test_another_attempt_than_the_present_one_cannot_be_claimed():
    message.given(requested()).when(ClaimMessage(message_id=MESSAGE, attempt=2)).then_nothing()


def test_claiming_too_late_records_that_instead():
    late = message.given(requested()).at(request.valid_until).when(ClaimMessage(message_id=MESSAGE, attempt=1))
    late.then_happened(MessageFailed)
    assert late.state.reason == "too-late"


def test_what_the_provider_took_is_sent():
    answer = on_its_way.when(record_sent).then(sent)
    assert [step.status for step in answer.state.steps] == ["requested", "claimed", "sent"]
    assert (answer.state.template_origin, answer.state.template_number) == ("packaged", 1)
    on_its_way.given(sent).when(record_sent).then_nothing()


def test_nothing_is_recorded_without_a_claim():
    message.given(requested()).when(record_sent).then_nothing()
    message.given(requested()).when(record_unconfirmed).then_nothing()


def test_nobody_knows_after_an_interruption():
    on_its_way.when(record_unconfirmed).then(unconfirmed)


@pytest.mark.parametrize("outcome", [sent, failed("no-address"), deferred(1, timedelta(minutes=1)), unconfirmed])
def test_an_interruption_changes_nothing_once_an_outcome_is_known(outcome: Any):
    on_its_way.given(outcome).when(record_unconfirmed).then_nothing()


def test_an_outcome_that_comes_late_replaces_not_knowing():
    on_its_way.given(unconfirmed).when(record_sent).then(sent)


def test_an_unconfirmed_message_is_not_sent_again():
    on_its_way.given(unconfirmed).when(RequestAgain(message_id=MESSAGE, attempt=2)).then_nothing()


def test_a_permanent_failure_ends_the_message():
    answer = on_its_way.when(RecordFailed(message_id=MESSAGE, attempt=1, reason="address-refused"))
    answer.then(failed("address-refused"))
    on_its_way.given(failed("address-refused")).when(RequestAgain(message_id=MESSAGE, attempt=2)).then_nothing()


@pytest.mark.parametrize("reason", ["provider-refused", "not-renderable", "address-refused", "no-address"])
def test_a_message_that_failed_is_sent_again_once_when_somebody_mended_the_cause(reason: Any):
    ended = on_its_way.given(failed(reason))
    again = ended.when(SendAgain(message_id=MESSAGE)).then(requested(2))
    assert (again.state.status, again.state.reason) == ("requested", None)
    on_its_way.given(failed(reason), requested(2)).when(SendAgain(message_id=MESSAGE)).then_nothing()


@pytest.mark.parametrize("what", [sent, unconfirmed])
def test_a_message_that_its_reader_may_have_is_not_sent_again(what: Any):
    on_its_way.given(what).when(SendAgain(message_id=MESSAGE)).then_refused(MessageNotFailed)


def test_a_message_that_was_held_back_from_the_first_cannot_be_sent_later():
    message.given(failed("suppressed")).when(SendAgain(message_id=MESSAGE)).then_refused(MessageNotFailed)


@pytest.mark.parametrize("fact", ["suppressed", "not_wanted"])
def test_a_message_that_would_fail_again_is_not_sent_again(fact: Any):
    ended = on_its_way.given(failed("address-refused"))
    ended.when(SendAgain(message_id=MESSAGE), facts={fact: True}).then_refused(MessageHeldBack)
    ended.at(request.valid_until).when(SendAgain(message_id=MESSAGE)).then_refused(MessageHeldBack)


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (9, 60)])
def test_a_message_that_could_not_leave_rests_longer_each_time(attempt: Any, minutes: Any):
    tried = message.given(requested(attempt), claimed(attempt))
    put_off = RecordDeferred(message_id=MESSAGE, attempt=attempt, reason="provider-away")
    tried.when(put_off).then(deferred(attempt, timedelta(minutes=minutes)))


def test_a_message_that_rests_is_requested_again_with_the_next_attempt():
    resting = on_its_way.given(deferred(1, timedelta(minutes=1)))
    resting.when(RequestAgain(message_id=MESSAGE, attempt=2)).then(requested(2))
    resting.when(RequestAgain(message_id=MESSAGE, attempt=3)).then_nothing()
    resting.given(requested(2)).when(RequestAgain(message_id=MESSAGE, attempt=2)).then_nothing()


def test_a_message_that_rested_too_long_fails():
    resting = on_its_way.given(deferred(1, timedelta(minutes=1))).at(request.valid_until)
    late = resting.when(RequestAgain(message_id=MESSAGE, attempt=2))
    late.then_happened(MessageFailed)
    assert (late.state.reason, late.state.attempt) == ("too-late", 2)


def test_a_message_that_rested_is_suppressed_when_the_address_died_meanwhile():
    resting = on_its_way.given(deferred(1, timedelta(minutes=1)))
    answer = resting.when(RequestAgain(message_id=MESSAGE, attempt=2), facts={"suppressed": True})
    answer.then(failed("suppressed", attempt=2))


def test_a_missing_card_is_waited_for_a_few_times_only():
    first = RecordDeferred(message_id=MESSAGE, attempt=1, reason="no-card-yet")
    on_its_way.when(first).then(deferred(1, timedelta(minutes=1), "no-card-yet"))
    third = message.given(requested(3), claimed(3))
    last = RecordDeferred(message_id=MESSAGE, attempt=3, reason="no-card-yet")
    third.when(last).then(failed("no-card", attempt=3))


def test_the_second_attempt_is_sent_like_the_first():
    second = on_its_way.given(deferred(1, timedelta(minutes=1)), requested(2))
    second.when(ClaimMessage(message_id=MESSAGE, attempt=2)).then_happened(MessageClaimed)
    assert second.state.reason is None


def test_what_was_said_of_an_earlier_attempt_does_not_touch_this_one():
    second = on_its_way.given(deferred(1, timedelta(minutes=1)), requested(2), claimed(2))
    second.when(record_sent).then_nothing()


@pytest.mark.parametrize(
    "command",
    [RequestAgain(message_id=MESSAGE, attempt=2), SendAgain(message_id=MESSAGE), record_sent, record_unconfirmed],
)
def test_a_message_nobody_requested_is_unknown(command: Any):
    message.when(command).then_refused(MessageUnknown)


def test_a_request_carries_where_the_region_keeps_its_own_wording():
    answer = message.when(request).then_happened(MessageRequested)
    assert answer.state.template_id == requested().template_id


def test_a_message_that_is_not_wanted_is_not_sent():
    message.when(request, facts={"not_wanted": True}).then(failed("not-wanted"))


def test_what_left_arrives_once():
    delivered = MessageDelivered(message_id=MESSAGE, recipient_person_id="ann", delivered_at=NOW)
    receipt = RecordReceipt(message_id=MESSAGE, receipt="delivered")
    on_its_way.given(sent).when(receipt).then(delivered)
    on_its_way.given(sent, delivered).when(receipt).then_nothing()
    message.given(requested()).when(receipt).then_nothing()


def test_what_left_may_come_back():
    bounced = RecordReceipt(message_id=MESSAGE, receipt="bounced")
    on_its_way.given(sent).when(bounced).then(failed("address-refused"))
    on_its_way.given(sent, failed("address-refused")).when(bounced).then_nothing()
    message.when(bounced).then_refused(MessageUnknown)
