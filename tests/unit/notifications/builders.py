"""Events and envelopes of the notifications tests: fixed values, override what the test is about."""

from datetime import date, datetime, timedelta
from typing import Any

from services.notifications.domain.audience import audience_id
from services.notifications.domain.message import message_id, template_id
from services.notifications.domain.recipient import recipient_id
from shared.chassis.declarations.envelope import Envelope
from shared.chassis.declarations.event import Event
from shared.events.enrolment import HomeEnrolled, WorkshopScheduled
from shared.events.notifications import (
    AudienceJoined,
    FailureReason,
    MessageClaimed,
    MessageFailed,
    MessageRequested,
    MessageWanted,
    NoticeSet,
)
from tests.support.scenario import NOW, REGION

COHORT = audience_id("cohort", "c1")
WORKSHOP_STARTS = NOW + timedelta(days=30)
FIELDS = {"home_name": "Bryn House"}
MESSAGE = message_id("e1", "ann", "welcome")


def envelope(event: Event, event_id: str = "e1", at: datetime = NOW) -> Envelope:
    return Envelope(
        id=event_id,
        type=event.type_name(),
        source="/sixsteps/test/enrolment",
        subject="stream-1",
        sequence=1,
        time=at,
        region=REGION,
        key="stream-1",
        correlation_id="corr",
        causation_id="cause",
    )


def home_enrolled(**changes: Any) -> HomeEnrolled:
    told: dict[str, Any] = {
        "enrolment_id": "en1",
        "home_id": "h1",
        "home_name": "Bryn House",
        "cohort_id": "c1",
        "version_id": "v1",
        "pathway": "care-home",
        "setting": "care-home-nursing",
        "started_on": date(2026, 1, 12),
        "target_ends_on": date(2026, 9, 21),
        "lead_person_id": "fay",
        "signatory_person_id": "sam",
        "representative_person_ids": ("ann", "ben"),
    }
    return HomeEnrolled(**{**told, **changes})


def workshop_scheduled(**changes: Any) -> WorkshopScheduled:
    told: dict[str, Any] = {
        "workshop_id": "w1",
        "cohort_id": "c1",
        "code": "S1",
        "kind": "step",
        "title": "Step 1",
        "mandatory": True,
        "starts_at": WORKSHOP_STARTS,
        "ends_at": WORKSHOP_STARTS + timedelta(hours=3),
        "zone": "Europe/London",
        "mode": "in-person",
        "venue": "The Old Library",
    }
    return WorkshopScheduled(**{**told, **changes})


def joined(person_id: str = "ann", role: Any = "representative", through: str = "en1") -> AudienceJoined:
    return AudienceJoined(audience_id=COHORT, person_id=person_id, role=role, through=through)


def notice_set(**changes: Any) -> NoticeSet:
    told: dict[str, Any] = {
        "audience_id": COHORT,
        "notice_id": "n1",
        "notice": "workshop-invitation",
        "template_key": "workshop-invitation",
        "category": "service",
        "roles": ("representative", "facilitator"),
        "source_event_id": "e1",
        "fields": {"title": "Step 1"},
        "set_at": NOW,
        "tell_at": None,
        "valid_until": WORKSHOP_STARTS,
    }
    return NoticeSet(**{**told, **changes})


def wanted(person_id: str = "ann", **changes: Any) -> MessageWanted:
    told: dict[str, Any] = {
        "audience_id": COHORT,
        "notice_id": "n1",
        "message_id": message_id("e1", person_id, "workshop-invitation"),
        "recipient_person_id": person_id,
        "notice": "workshop-invitation",
        "template_key": "workshop-invitation",
        "category": "service",
        "source_event_id": "e1",
        "fields": {"title": "Step 1"},
        "valid_until": WORKSHOP_STARTS,
    }
    return MessageWanted(**{**told, **changes})


def requested(attempt: int = 1, at: datetime = NOW, **changes: Any) -> MessageRequested:
    told: dict[str, Any] = {
        "message_id": MESSAGE,
        "recipient_person_id": "ann",
        "recipient_id": recipient_id(REGION, "ann"),
        "notice": "welcome",
        "template_key": "welcome",
        "template_id": template_id(REGION, "welcome"),
        "category": "service",
        "channel": "email",
        "source_event_id": "e1",
        "fields": {"home_name": "Bryn House", "started_on": "2026-01-12", "target_ends_on": "2026-09-21"},
        "valid_until": NOW + timedelta(days=60),
        "attempt": attempt,
        "requested_at": at,
    }
    return MessageRequested(**{**told, **changes})


def failed(reason: FailureReason, at: datetime = NOW) -> MessageFailed:
    return MessageFailed(
        message_id=MESSAGE,
        recipient_person_id="ann",
        notice="welcome",
        template_key="welcome",
        source_event_id="e1",
        reason=reason,
        attempt=1,
        failed_at=at,
    )


def claimed(attempt: int = 1, at: datetime = NOW) -> MessageClaimed:
    return MessageClaimed(message_id=MESSAGE, attempt=attempt, claimed_at=at)
