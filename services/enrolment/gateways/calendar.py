"""A calendar that people subscribe to (RFC 5545): every workshop under the UID that its invitation has, too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Entry:
    """One workshop in a calendar. `changed_at` is when its date was last told, `sequence` how often it changed."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    venue: str | None
    link: str | None
    cancelled: bool


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The feed as bytes, entries in the order given; what was cancelled stays in it, marked so."""
    found = Calendar()
    found.add("prodid", "-//Six Steps//enrolment//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    for entry in entries:
        found.add_component(_event(entry))
    return bytes(found.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    place = entry.link or entry.venue
    if place:
        event.add("location", place)
    return event
