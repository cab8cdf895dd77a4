"""A gathering as the tests tell it: what was announced, and what happened to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.network.domain.gathering import PublishGathering
from services.network.service import GATHERINGS
from shared.chassis.declarations.facts import Actor
from shared.events.network import (
    GatheringBookingCancelled,
    GatheringPlaceBooked,
    GatheringPlaceGiven,
    GatheringPublished,
    GatheringWaitingListJoined,
)
from tests.support.scenario import Scenario

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 5, 4, 12, 0, tzinfo=UTC), datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
LATER = timedelta(days=7)
ANN = Actor(kind="person", id="ann")
BEN = Actor(kind="person", id="ben")
HOST = Actor(kind="person", id="host", roles=frozenset({"facilitator"}))
MEMBER = Actor(kind="person", id="zoe", roles=frozenset({"member"}))

ASKED: dict[str, Any] = {
    "gathering_id": "g1",
    "title": "Spring forum",
    "kind": "forum",
    "area": "wirral",
    "starts_at": STARTS,
    "ends_at": ENDS,
    "venue": "The Old Library",
    "capacity": 2,
}
publish = PublishGathering(**ASKED)
published = GatheringPublished(**publish.model_dump())
MEETING: dict[str, Any] = {
    "gathering_id": "g1",
    "title": "Spring forum",
    "kind": "forum",
    "starts_at": STARTS,
    "ends_at": ENDS,
    "zone": "Europe/London",
    "mode": "in-person",
    "venue": "The Old Library",
    "schedule_revision": 1,
}
gathering = Scenario(GATHERINGS, now=NOW, actor=HOST)


def booked(person_id: str, places_left: int = 0, sector: str = "health", **more: Any) -> GatheringPlaceBooked:
    return GatheringPlaceBooked(**MEETING, person_id=person_id, sector=sector, places_left=places_left, **more)


def waits(person_id: str, position: int = 1, sector: str = "carers", **more: Any) -> GatheringWaitingListJoined:
    return GatheringWaitingListJoined(**MEETING, person_id=person_id, sector=sector, position=position, **more)


def given_place(person_id: str, sector: str = "carers", **more: Any) -> GatheringPlaceGiven:
    return GatheringPlaceGiven(**MEETING, person_id=person_id, sector=sector, **more)


def gave_back(person_id: str, sector: str = "health", **more: Any) -> GatheringBookingCancelled:
    return GatheringBookingCancelled(**MEETING, person_id=person_id, sector=sector, held="place", **more)


def waits_no_longer(person_id: str, sector: str = "carers") -> GatheringBookingCancelled:
    return GatheringBookingCancelled(**MEETING, person_id=person_id, sector=sector, held="waiting")


FULL = (published, booked("ann", 1), booked("ben"))
