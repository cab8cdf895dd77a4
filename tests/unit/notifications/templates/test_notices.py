"""Every row of the table, with the event it tells of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from pydantic import ValidationError

from services.notifications.domain.audience import LiftNotice, SetNotice
from services.notifications.domain.message import RequestMessage, message_id
from services.notifications.policies import enrolment, gatherings, network, own, portfolio, recipients, seats
from services.notifications.service import SERVICE
from services.notifications.templates.notices import (
    LANGUAGES,
    NOTICES,
    NoticeRule,
    announce,
    examples_for,
    fields_of,
    request,
)
from services.notifications.templates.rendering import faults, words
from services.notifications.templates.wording import packaged
from shared.events.enrolment import CatchUpOffered
from shared.events.network import SharingConsentGiven
from shared.events.portfolio import EvidenceReturned, EvidenceReviewOverdue
from tests.support.scenario import NOW
from tests.unit.notifications.builders import COHORT, WORKSHOP_STARTS, envelope, home_enrolled, workshop_scheduled

SUMMER, WINTER = datetime(2026, 7, 10, 23, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)
ROW: dict[str, Any] = {
    "event": "enrolment.HomeEnrolled",
    "because": {"en": "so", "cy": "felly"},
    "template": "welcome",
    "category": "service",
    "person": "signatory_person_id",
    "until": {"days": 1},
    "fields": {"home_name": {"from": "home_name", "example": "Bryn House"}},
}


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_has_a_packaged_wording_without_a_fault(notice: Any):
    rule = NOTICES[notice]
    examples = examples_for(rule.template)
    assert examples is not None
    for edition in packaged()[rule.template]:
        assert {text.language for text in edition.texts} == set(LANGUAGES)
        for text in edition.texts:
            assert list(faults(text, examples, "here")) == []


def test_every_packaged_wording_belongs_to_a_notice():
    assert packaged().keys() == {rule.template for rule in NOTICES.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_word_for_all_that_english_has_one_for(language: Any):
    assert {name: type(told) for name, told in words(language).items()} == {
        name: type(told) for name, told in words("en").items()
    }
    assert words(language)["phrases"].keys() == words("en")["phrases"].keys()
    assert (len(words(language)["days"]), len(words(language)["months"])) == (7, 12)


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_is_told_by_a_policy_of_the_manifest(notice: Any):
    event_class = NOTICES[notice].event_class
    telling = [
        function
        for function in SERVICE.policies
        if notice in function.__code__.co_consts
        and get_type_hints(function)["event"] is event_class
        and get_type_hints(function)["return"] is not LiftNotice
    ]
    assert len(telling) == 1


def test_every_policy_of_the_module_is_in_the_manifest():
    modules = (seats, recipients, enrolment, portfolio, network, gatherings, own)
    written = {function for each in modules for name, function in vars(each).items() if name.startswith("when_")}
    assert set(SERVICE.policies) == written


def test_fields_are_text_and_moments_are_local():
    fields = fields_of(NOTICES["workshop-invitation"], workshop_scheduled(venue=None, zone="Europe/Paris"))
    assert fields["venue"] == ""
    assert fields["starts_at"] == "2026-02-11T10:00+01:00"


def test_a_summer_moment_is_told_in_summer_time():
    starts_at = NOW.replace(month=7)
    fields = fields_of(NOTICES["workshop-invitation"], workshop_scheduled(starts_at=starts_at))
    assert fields["starts_at"] == "2026-07-12T10:00+01:00"


def test_several_codes_are_told_side_by_side():
    returned = EvidenceReturned(
        evidence_id="i1",
        portfolio_id="p1",
        enrolment_id="en1",
        home_id="h1",
        requirement_key="s1-policy",
        revision=1,
        reasons=("missing-date", "unclear"),
        guidance=None,
        facilitator_person_id="fay",
        author_person_id="ann",
    )
    asked = request("evidence-returned", returned, envelope(returned))
    assert asked.fields["reasons"] == "missing-date, unclear"
    assert asked.recipient_person_id == "ann"


def test_a_message_to_one_person_is_named_after_event_recipient_and_template():
    given = SharingConsentGiven(
        member_id="m1",
        person_id="ann",
        fields=("email",),
        audience="region",
        wording_version="1",
        given_on=NOW.date(),
    )
    asked = request("consent-given", given, envelope(given, "e7"))
    assert isinstance(asked, RequestMessage)
    assert asked.message_id == message_id("e7", "ann", "consent-given")
    assert asked.valid_until == NOW + timedelta(days=60)


def test_an_invitation_is_told_at_once_and_stays_until_the_workshop_begins():
    event = workshop_scheduled()
    asked = announce("workshop-invitation", event, envelope(event))
    assert isinstance(asked, SetNotice)
    assert (asked.audience_id, asked.tell_at, asked.valid_until) == (COHORT, None, WORKSHOP_STARTS)
    assert asked.roles == ("representative", "facilitator")


def test_a_reminder_is_told_two_days_before():
    event = workshop_scheduled()
    asked = announce("workshop-reminder", event, envelope(event))
    assert asked.tell_at == WORKSHOP_STARTS - timedelta(days=2)


def test_what_is_told_of_one_workshop_is_one_notice():
    event = workshop_scheduled()
    first, again = (announce("workshop-reminder", event, envelope(event, event_id)) for event_id in ("e1", "e2"))
    other = announce("workshop-reminder", workshop_scheduled(workshop_id="w2"), envelope(event))
    assert first.notice_id == again.notice_id != other.notice_id
    assert first.notice_id != announce("workshop-invitation", event, envelope(event)).notice_id


def test_another_event_is_another_notice():
    event = home_enrolled()
    ids = {announce("welcome", event, envelope(event, event_id)).notice_id for event_id in ("e1", "e2")}
    assert len(ids) == 2


@pytest.mark.parametrize(("day", "over"), [(date(2026, 7, 10), SUMMER), (date(2026, 1, 10), WINTER)])
def test_what_is_to_be_known_until_a_day_is_told_until_that_day_has_passed_on_the_wall(day: date, over: datetime):
    whose = {"enrolment_id": "e1", "home_id": "h1", "cohort_id": "c1", "person_id": "ann", "attendance_id": "a1"}
    event = CatchUpOffered(**whose, workshop_id="w1", code="S1", methods=("one-to-one",), due_by=day)
    assert request("catch-up-offered", event, envelope(event)).valid_until == over


def test_a_moment_is_told_as_the_clock_on_the_wall_has_it():
    since = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    whose = {"home_id": "h1", "home_name": "Bryn House", "enrolment_id": "e1", "portfolio_id": "p1", "cohort_id": "c1"}
    event = EvidenceReviewOverdue(
        **whose,
        evidence_id="i1",
        requirement_key="s1-policy",
        revision=1,
        stage="reminder",
        waiting_since=since,
        facilitator_person_id="fay",
    )
    assert fields_of(NOTICES["review-overdue"], event)["waiting_since"] == "2026-07-01T00:30+01:00"


@pytest.mark.parametrize(
    "slip",
    [
        {"person": "nobody"},
        {"fields": {"home_name": {"from": "no_such_field", "example": "x"}}},
        {"audience": {"kind": "cohort", "id": "cohort_id"}},
        {"person": None},
        {"because": {"cy": "felly"}},
        {"because": {"en": "so"}},
        {"colour": "red"},
    ],
)
def test_a_row_that_does_not_fit_its_event_stops_the_start(slip: Any):
    NoticeRule.model_validate(ROW)
    with pytest.raises(ValidationError):
        NoticeRule.model_validate({**ROW, **slip})


def test_an_audience_cannot_be_told_what_is_for_one_person():
    event = home_enrolled()
    with pytest.raises(TypeError):
        announce("champion-award", event, envelope(event))
