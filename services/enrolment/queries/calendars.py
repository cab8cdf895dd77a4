"""Calendars to subscribe to: the workshops of one cohort, or of one person, with their token or by a secret link."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict

from services.enrolment.domain.askers import PARTICIPANTS
from services.enrolment.domain.calendar_feed import CalendarFeed, FeedUnknown, feed_of
from services.enrolment.domain.cohort import CohortUnknown
from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.workshop_state import Workshop
from services.enrolment.gateways.calendar import Entry, calendar
from services.enrolment.views.catch_ups import CATCH_UPS
from services.enrolment.views.enrolments import ENROLMENTS
from services.enrolment.views.programme import COHORTS
from services.enrolment.views.workshops import WORKSHOPS, WorkshopRow
from shared.chassis.declarations.access import EVERYBODY, may
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Download, Query, QueryTools, Told
from shared.chassis.declarations.refusal import Refusal
from shared.events.enrolment import WorkshopCancelled, WorkshopMoved, WorkshopScheduled, WorkshopWentOnline
from shared.events.roles import COORDINATOR, FACILITATOR, REPRESENTATIVE
from shared.events.values import calendar_uid

DATED = (WorkshopScheduled, WorkshopMoved, WorkshopWentOnline, WorkshopCancelled)
"""What tells people the date of a workshop."""


class CohortCalendarQuestion(BaseModel):
    """The workshops of one cohort, to subscribe to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cohort_id: Key


class PersonCalendarQuestion(BaseModel):
    """The workshops that one person leads or represents a home at, to subscribe to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: Key


class FeedQuestion(BaseModel):
    """The workshops of whoever made this secret link, for a calendar program: it needs no token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: Key


class NobodyToGoThere(Refusal, kind="missing"):
    """Nobody here by this id leads a cohort or represents a home. Ask again when they do."""


@dataclass(frozen=True, kw_only=True)
class PersonalCalendar(Download):
    """A calendar, and whose it is."""

    person_id: str


async def cohort_calendar(question: CohortCalendarQuestion, tools: QueryTools) -> Download:
    """The cohort's workshops as a calendar, without the links to join: those are for who takes part.

    Moved ones keep their UID. Raises CohortUnknown.
    """
    found = await tools.look(Cohort, question.cohort_id)
    if found is None:
        raise CohortUnknown(field="cohort_id")
    entries = [replace(entry, link=None) for entry in await _entries([found.cohort_id], tools)]
    return Download(content=calendar(found.name, entries), file_name="calendar.ics")


async def person_calendar(question: PersonCalendarQuestion, tools: QueryTools) -> PersonalCalendar:
    """Every workshop of the cohorts that the person leads or represents a home in, and where they booked to catch up.

    Raises NobodyToGoThere when the person is none of this region's.
    """
    person_id = question.person_id
    led = await tools.rows(COHORTS, lead_person_id=person_id)
    represented = await tools.rows(ENROLMENTS, representative_person_ids=person_id)
    if not (led or represented):
        raise NobodyToGoThere(field="person_id")
    joined = (row.cohort_id for row in represented if row.cohort_id and row.status != "withdrawn")
    theirs = dict.fromkeys([*(row.cohort_id for row in led), *joined])
    entries = [*await _entries(theirs, tools), *await _elsewhere(person_id, theirs, tools)]
    return PersonalCalendar(content=calendar("Six Steps", entries), file_name="calendar.ics", person_id=person_id)


async def secret_calendar(question: FeedQuestion, tools: QueryTools) -> Download:
    """What whoever made the link sees in their own calendar, in their region only. Raises FeedUnknown."""
    feed_id = feed_of(question.secret)
    feed = await tools.look(CalendarFeed, feed_id) if feed_id else None
    if feed is None or not feed.open:
        raise FeedUnknown
    return await person_calendar(PersonCalendarQuestion(person_id=feed.person_id), tools.within(feed.read_in_region))


async def _elsewhere(person_id: str, theirs: Collection[str], tools: QueryTools) -> list[Entry]:
    """The workshops of other cohorts at which the person has booked to catch up."""
    booked = await tools.rows(CATCH_UPS, person_id=person_id)
    via = {row.via_workshop_id for row in booked}
    cohorts = dict.fromkeys(row.via_cohort_id for row in booked if row.via_cohort_id not in {None, *theirs})
    rows = [row for cohort_id in cohorts for row in await tools.rows(WORKSHOPS, cohort_id=cohort_id or "")]
    return [_entry(row, await tools.history(Workshop, row.workshop_id)) for row in rows if row.workshop_id in via]


async def _entries(cohort_ids: Iterable[str], tools: QueryTools) -> list[Entry]:
    rows = [row for cohort_id in cohort_ids for row in await tools.rows(WORKSHOPS, cohort_id=cohort_id)]
    return [_entry(row, await tools.history(Workshop, row.workshop_id)) for row in rows]


def _entry(row: WorkshopRow, history: Sequence[Told]) -> Entry:
    return Entry(
        uid=calendar_uid(row.workshop_id),
        sequence=row.schedule_revision - 1,
        changed_at=max((told.at for told in history if isinstance(told.event, DATED)), default=row.starts_at),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        venue=row.venue,
        link=row.join_link,
        cancelled=row.cancelled,
    )


CALENDARS = (
    Query(
        path="cohorts/{cohort_id}/calendar.ics",
        read_by=PARTICIPANTS,
        question=CohortCalendarQuestion,
        answer=cohort_calendar,
        media_type="text/calendar",
    ),
    Query(
        path="people/{person_id}/calendar.ics",
        read_by=may(COORDINATOR) | may(FACILITATOR, REPRESENTATIVE, within="self"),
        question=PersonCalendarQuestion,
        answer=person_calendar,
        person="person_id",
        media_type="text/calendar",
    ),
    Query(
        path="calendar-feeds/{secret}/calendar.ics",
        read_by=EVERYBODY,
        question=FeedQuestion,
        answer=secret_calendar,
        media_type="text/calendar",
    ),
)
