from services.notifications.domain.recipient import NoteFailure, RecipientUnknown, ResumeRecipient
from services.notifications.service import RECIPIENTS
from shared.events.notifications import DeliveryRefused, RecipientResumed, RecipientUnreachable
from tests.support.scenario import Scenario

recipient = Scenario(RECIPIENTS)
refused = DeliveryRefused(person_id="ann", message_id="m1", reason="address-refused")
unreachable = RecipientUnreachable(person_id="ann", channel="email", reason="address-refused")
note = NoteFailure(recipient_id="ann", message_id="m1", reason="address-refused")
resumed = RecipientResumed(person_id="ann")


def test_a_permanent_refusal_makes_a_person_unreachable():
    answer = recipient.when(note).then(refused, unreachable)
    assert answer.state.suppressed


def test_a_person_is_reported_unreachable_once():
    second = NoteFailure(recipient_id="ann", message_id="m2", reason="address-refused")
    recipient.given(refused, unreachable).when(second).then_happened(DeliveryRefused)


def test_the_same_failure_counts_once():
    recipient.given(refused, unreachable).when(note).then_nothing()


def test_a_person_without_an_address_is_reported_but_not_suppressed():
    answer = recipient.when(NoteFailure(recipient_id="ann", message_id="m1", reason="no-address"))
    answer.then_happened(DeliveryRefused, RecipientUnreachable)
    assert not answer.state.suppressed


def test_a_recipient_is_sent_to_again_when_somebody_saw_to_the_address():
    answer = recipient.given(refused, unreachable).when(ResumeRecipient(recipient_id="ann")).then(resumed)
    assert not answer.state.suppressed
    recipient.given(refused, unreachable, resumed).when(ResumeRecipient(recipient_id="ann")).then_nothing()


def test_a_resumed_recipient_can_become_unreachable_again():
    again = NoteFailure(recipient_id="ann", message_id="m2", reason="address-refused")
    recipient.given(refused, unreachable, resumed).when(again).then_happened(DeliveryRefused, RecipientUnreachable)


def test_a_recipient_who_never_failed_cannot_be_resumed():
    recipient.when(ResumeRecipient(recipient_id="ann")).then_refused(RecipientUnknown)
