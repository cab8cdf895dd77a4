"""A secret link to one's own calendar, for calendar programs: they can send no token.

The secret is made by whoever subscribes and never comes here but in the link itself; all that is kept is an id that
follows from its hash. It shows what the person sees in their own calendar, and nothing once it is closed.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from pydantic import StringConstraints

from services.enrolment.domain.askers import COORDINATORS
from shared.chassis.declarations.access import OWN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.enrolment import CalendarFeedClosed, CalendarFeedOpened

SHORTEST = 43
"""So many characters has a secret of 32 random bytes in base64url; a shorter one opens nothing."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CalendarFeed(State):
    """Whose calendar it leads to, in which region, and whether it still does."""

    calendar_feed_id: str = ""
    person_id: str = ""
    read_in_region: str = ""
    open: bool = False


class OpenCalendarFeed(Command):
    """Let one's own calendar be read by a secret link. Make a secret of 32 random bytes, and send only its SHA-256.

    The link is `/v1/calendar-feeds/<secret>/calendar.ics`, the secret in base64url or hex as it was hashed.
    """

    asked_by: ClassVar[Access] = OWN
    creates: ClassVar[bool] = True

    calendar_feed_id: Key
    person_id: Key
    secret_sha256: Sha256


class CloseCalendarFeed(Command):
    """Let the link lead nowhere any more: it was lost, or is not needed."""

    asked_by: ClassVar[Access] = OWN | COORDINATORS

    calendar_feed_id: Key


class FeedUnknown(Refusal, kind="missing"):
    """This link leads nowhere: there is no such calendar, or it was closed. Make a new link."""


class FeedClosed(Refusal):
    """The link with this secret was closed for good. Make a new secret."""


FeedCommand = OpenCalendarFeed | CloseCalendarFeed
FeedEvent = CalendarFeedOpened | CalendarFeedClosed


def feed_id(secret_sha256: str) -> str:
    """Return the id of a feed, from the hash of its secret."""
    return derived_id("calendar-feed", secret_sha256)


def identity(command: OpenCalendarFeed, region: str) -> str:
    """Return the feed's id; who follows the link says no region, so it has no part in it."""
    del region
    return feed_id(command.secret_sha256)


def feed_of(secret: str) -> str | None:
    """Return the id of the feed that this secret opens; None for one that is too short to be one."""
    return feed_id(hashlib.sha256(secret.encode()).hexdigest()) if len(secret) >= SHORTEST else None


def decide(feed: CalendarFeed, command: FeedCommand, facts: Facts) -> Sequence[FeedEvent]:
    """Return what follows. Raises FeedUnknown and FeedClosed."""
    match command:
        case OpenCalendarFeed():
            if feed.person_id and not feed.open:
                raise FeedClosed(field="secret_sha256")
            told = command.model_dump(exclude={"secret_sha256"})
            return [] if feed.open else [CalendarFeedOpened(**told, read_in_region=facts.region)]
        case CloseCalendarFeed():
            if not feed.person_id:
                raise FeedUnknown(field="calendar_feed_id")
            closed = CalendarFeedClosed(calendar_feed_id=command.calendar_feed_id, person_id=feed.person_id)
            return [closed] if feed.open else []
        case _:
            assert_never(command)


def evolve(feed: CalendarFeed, event: FeedEvent) -> CalendarFeed:
    """Return the feed after this event."""
    match event:
        case CalendarFeedOpened():
            return replace(feed, open=True, **event.model_dump())
        case CalendarFeedClosed():
            return replace(feed, open=False)
        case _:
            assert_never(event)
