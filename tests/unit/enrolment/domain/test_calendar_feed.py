"""A secret link to one's own calendar: the secret itself is known only to whoever holds the link."""

import hashlib

from services.enrolment.domain.calendar_feed import (
    CloseCalendarFeed,
    FeedClosed,
    FeedUnknown,
    OpenCalendarFeed,
    feed_of,
    identity,
)
from services.enrolment.service import CALENDAR_FEEDS
from services.enrolment.views.calendar_feeds import CALENDAR_FEEDS as ROWS
from shared.events.enrolment import CalendarFeedClosed, CalendarFeedOpened
from tests.support.scenario import REGION, Scenario
from tests.unit.network.entries import envelope

SECRET = "s" * 43
HASH = hashlib.sha256(SECRET.encode()).hexdigest()
feed = Scenario(CALENDAR_FEEDS)
OPEN = OpenCalendarFeed(calendar_feed_id="f1", person_id="anna", secret_sha256=HASH)
CLOSE = CloseCalendarFeed(calendar_feed_id="f1")
OPENED = CalendarFeedOpened(calendar_feed_id="f1", person_id="anna", read_in_region=REGION)
CLOSED = CalendarFeedClosed(calendar_feed_id="f1", person_id="anna")


def test_a_link_is_opened_once_and_nothing_of_its_secret_is_told() -> None:
    answer = feed.when(OPEN).then(OPENED)
    assert HASH not in answer.events[0].model_dump_json() + answer.state.model_dump_json()
    feed.given(OPENED).when(OPEN).then_nothing()


def test_a_link_is_closed_for_good() -> None:
    feed.given(OPENED).when(CLOSE).then(CLOSED)
    feed.given(OPENED, CLOSED).when(CLOSE).then_nothing()
    feed.given(OPENED, CLOSED).when(OPEN).then_refused(FeedClosed, field="secret_sha256")
    feed.when(CLOSE).then_refused(FeedUnknown, field="calendar_feed_id")


def test_the_secret_leads_to_the_feed_that_its_hash_opened_in_whatever_region() -> None:
    assert feed_of(SECRET) == identity(OPEN, "north") == identity(OPEN, "wales")
    assert feed_of("t" * 43) != feed_of(SECRET)
    assert feed_of(SECRET[:-1]) is None


def test_open_links_are_listed_until_they_are_closed() -> None:
    row = ROWS.next_row(None, OPENED, envelope())
    assert row is not None
    assert (row.calendar_feed_id, row.person_id, row.opened_at) == ("f1", "anna", envelope().time)
    assert ROWS.next_row(row, OPENED, envelope()) == row
    assert ROWS.next_row(row, CLOSED, envelope()) is None
