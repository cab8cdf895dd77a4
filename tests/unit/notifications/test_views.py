from datetime import timedelta
from typing import Any

from services.notifications.views import FAILED_ADDRESSES, MESSAGES, RECIPIENTS, TEMPLATES, with_name
from shared.events.notifications import (
    DeliveryRefused,
    MessageDeferred,
    PreferencesSet,
    RecipientResumed,
    RecipientUnreachable,
    SwitchedOff,
    TemplatePublished,
    TemplateText,
)
from tests.support.scenario import NOW
from tests.unit.notifications.builders import MESSAGE, claimed, envelope, failed, requested

LATER = NOW + timedelta(minutes=1)
refused = DeliveryRefused(recipient_id="r1", person_id="ann", message_id="m1", reason="address-refused")
unreachable = RecipientUnreachable(recipient_id="r1", person_id="ann", channel="email", reason="address-refused")
suppressed = failed("suppressed", LATER)
deferred = MessageDeferred(message_id=MESSAGE, attempt=1, reason="provider-away", deferred_at=LATER, try_again_at=LATER)


def fold(view: Any, *events: Any):
    row = None
    for at, event in enumerate(events):
        row = view.next_row(row, event, envelope(event, f"e{at}", NOW + timedelta(minutes=at)))
    return row


def test_a_message_shows_how_far_it_is_and_never_what_it_says():
    row = fold(MESSAGES, requested(), claimed())
    assert (row.status, row.requested_at, row.last_at) == ("claimed", NOW, LATER)
    assert (row.recipient_person_id, row.template_key, row.source_event_id) == ("ann", "welcome", "e1")
    assert "fields" not in row.model_dump()


def test_a_message_that_was_put_off_says_why_until_it_is_tried_again():
    assert fold(MESSAGES, requested(), claimed(), deferred).reason == "provider-away"
    row = fold(MESSAGES, requested(), claimed(), deferred, requested(2))
    assert (row.status, row.reason, row.attempt) == ("requested", None, 2)


def test_a_message_that_failed_at_once_has_a_row_too():
    row = fold(MESSAGES, suppressed)
    assert (row.status, row.reason, row.recipient_person_id) == ("failed", "suppressed", "ann")


def test_a_dead_address_is_listed_with_how_often_it_refused():
    row = fold(FAILED_ADDRESSES, refused, unreachable, refused.model_copy(update={"message_id": "m2"}))
    assert (row.refused_count, row.last_message_id, row.since) == (2, "m2", NOW)


def test_an_address_that_somebody_saw_to_is_listed_no_more():
    assert fold(FAILED_ADDRESSES, refused, unreachable, RecipientResumed(recipient_id="r1", person_id="ann")) is None


def test_a_dead_address_is_shown_with_the_name_and_without_the_address():
    row = fold(FAILED_ADDRESSES, refused)
    shown = with_name(row, {"name": "Ann", "email": "ann@example.org"}, None)
    assert shown["name"] == "Ann"
    assert "ann@example.org" not in str(shown)
    assert with_name(row, None, None)["name"] is None


def test_the_newest_published_wording_is_listed():
    text = TemplateText(language="en", subject="s", text="t", html="h")
    first, second = (
        TemplatePublished(template_id="t1", key="welcome", number=number, texts=(text,)) for number in (1, 2)
    )
    assert fold(TEMPLATES, first, second).number == 2


def test_rows_belong_to_what_their_events_name():
    assert MESSAGES.key(requested()) == MESSAGE
    assert (FAILED_ADDRESSES.key(refused), RECIPIENTS.key(chosen())) == ("r1", "r1")


def test_what_was_told_before_a_person_was_a_recipient_in_each_region_keeps_its_row():
    before = DeliveryRefused(person_id="ann", message_id="m1", reason="address-refused")
    assert FAILED_ADDRESSES.key(before) == FAILED_ADDRESSES.key(RecipientResumed(person_id="ann")) == "ann"
    assert RECIPIENTS.key(PreferencesSet(person_id="ann", off=(), digest="daily")) is None


def chosen(*off: Any, digest: Any = "daily") -> PreferencesSet:
    told = tuple(SwitchedOff(category=category) for category in off)
    return PreferencesSet(recipient_id="r1", person_id="ann", off=told, digest=digest)


def test_a_recipient_shows_what_the_person_said_last():
    row = fold(RECIPIENTS, chosen("progress"), chosen("reminder", digest="weekly"))
    assert (row.person_id, row.digest, [each.category for each in row.off]) == ("ann", "weekly", ["reminder"])
