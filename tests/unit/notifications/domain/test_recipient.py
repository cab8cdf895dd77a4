from typing import Any

from services.notifications.domain.recipient import (
    NoteEnrolment,
    NoteFailure,
    Recipient,
    RecipientUnknown,
    ResumeRecipient,
    ServiceMessagesAlwaysGo,
    SetPreferences,
    identity,
    recipient_id,
)
from services.notifications.service import RECIPIENTS
from shared.events.notifications import (
    DeliveryRefused,
    EnrolmentNoted,
    PreferencesSet,
    RecipientResumed,
    RecipientUnreachable,
    SwitchedOff,
)
from tests.support.scenario import REGION, Scenario

recipient = Scenario(RECIPIENTS)
ANN = recipient_id(REGION, "ann")
refused = DeliveryRefused(recipient_id=ANN, person_id="ann", message_id="m1", reason="address-refused")
unreachable = RecipientUnreachable(recipient_id=ANN, person_id="ann", channel="email", reason="address-refused")
note = NoteFailure(recipient_id=ANN, person_id="ann", message_id="m1", reason="address-refused")
resumed = RecipientResumed(recipient_id=ANN, person_id="ann")


def test_a_permanent_refusal_makes_a_person_unreachable():
    answer = recipient.when(note).then(refused, unreachable)
    assert answer.state.suppressed


def test_a_person_is_reported_unreachable_once():
    second = note.model_copy(update={"message_id": "m2"})
    recipient.given(refused, unreachable).when(second).then_happened(DeliveryRefused)


def test_the_same_failure_counts_once():
    recipient.given(refused, unreachable).when(note).then_nothing()


def test_a_person_without_an_address_is_reported_but_not_suppressed():
    answer = recipient.when(note.model_copy(update={"reason": "no-address"}))
    answer.then_happened(DeliveryRefused, RecipientUnreachable)
    assert not answer.state.suppressed


def test_a_recipient_is_sent_to_again_when_somebody_saw_to_the_address():
    answer = recipient.given(refused, unreachable).when(ResumeRecipient(recipient_id=ANN)).then(resumed)
    assert not answer.state.suppressed
    recipient.given(refused, unreachable, resumed).when(ResumeRecipient(recipient_id=ANN)).then_nothing()


def test_a_resumed_recipient_can_become_unreachable_again():
    again = note.model_copy(update={"message_id": "m2"})
    recipient.given(refused, unreachable, resumed).when(again).then_happened(DeliveryRefused, RecipientUnreachable)


def test_a_recipient_who_never_failed_cannot_be_resumed():
    recipient.when(ResumeRecipient(recipient_id=ANN)).then_refused(RecipientUnknown)


def preferences(*off: Any, digest: Any = "weekly") -> SetPreferences:
    told = tuple(SwitchedOff(category=category) for category in off)
    return SetPreferences(recipient_id=ANN, person_id="ann", off=told, digest=digest)


def test_a_person_says_what_they_do_not_want_and_says_it_once():
    asked = preferences("reminder", "progress", digest="daily")
    told = tuple(SwitchedOff(category=category) for category in ("progress", "reminder"))
    chosen = PreferencesSet(recipient_id=ANN, person_id="ann", off=told, digest="daily")
    answer = recipient.when(asked).then(chosen)
    assert (answer.state.wants("progress"), answer.state.wants("news"), answer.state.digest) == (False, True, "daily")
    recipient.given(chosen).when(asked).then_nothing()
    recipient.given(chosen).when(preferences()).then(
        PreferencesSet(recipient_id=ANN, person_id="ann", off=(), digest="weekly")
    )


def test_a_person_is_one_recipient_in_each_region():
    asked = preferences("reminder")
    assert identity(asked, REGION) == ANN
    assert identity(asked, "south") not in (ANN, identity(asked, "east"))


def test_service_messages_cannot_be_switched_off():
    recipient.when(preferences("service")).then_refused(ServiceMessagesAlwaysGo)
    assert Recipient(off=frozenset({SwitchedOff(category="service")})).wants("service")


def test_an_unreachable_person_is_reported_with_the_newest_enrolment():
    who: Any = {"recipient_id": ANN, "person_id": "ann"}
    noted = [EnrolmentNoted(**who, enrolment_id=enrolment_id) for enrolment_id in ("en1", "en2")]
    recipient.when(NoteEnrolment(**who, enrolment_id="en1")).then(noted[0])
    recipient.given(*noted).when(NoteEnrolment(**who, enrolment_id="en2")).then_nothing()
    told = recipient.given(*noted).when(note)
    told.then(refused, unreachable.model_copy(update={"enrolment_id": "en2"}))
