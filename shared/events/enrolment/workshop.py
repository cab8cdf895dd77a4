"""A workshop: when and where it is, and who leads it on the day."""

from datetime import datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.events.enrolment.cohort import HandOverReason
from shared.events.values import Mode, Value, WorkshopKind

ScheduleReason = Literal[
    "venue-lost", "facilitator-ill", "facilitator-away", "weather", "outbreak", "too-few", "goes-online", "other"
]


class WorkshopDate(Value):
    """What somebody must know to come: what it is, when (UTC; `zone` is the local one), how and where.

    `schedule_revision` is 1 when it is scheduled and rises with every change of it, for calendars.
    """

    workshop_id: str
    cohort_id: str
    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    schedule_revision: int
    venue: str | None = None
    join_link: str | None = None


class WorkshopScheduled(Event):
    """A workshop of a cohort got its date. Times are UTC, `zone` is the local one.

    It may replace one that was cancelled. `after` says which workshops a home must have been at before.
    Caused always by ScheduleWorkshop.
    """

    workshop_id: str
    cohort_id: str
    code: str
    kind: WorkshopKind
    title: str
    mandatory: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    mode: Mode
    venue: str | None = None
    schedule_revision: int = 1
    join_link: str | None = None
    replaces_workshop_id: str | None = None
    after: tuple[str, ...] = ()


class WorkshopMoved(WorkshopDate, Event):
    """A workshop got another time or place. Caused always by MoveWorkshop.

    `notice_hours` are left until the earlier or the new start, whichever comes first.
    """

    earlier_starts_at: datetime
    earlier_ends_at: datetime
    earlier_mode: Mode
    earlier_venue: str | None = None
    reason: ScheduleReason
    notice_hours: int


class WorkshopWentOnline(WorkshopDate, Event):
    """A workshop takes place at its time, but online. Caused always by GoOnline."""

    earlier_mode: Mode
    earlier_venue: str | None = None
    reason: ScheduleReason
    notice_hours: int


class WorkshopCancelled(WorkshopDate, Event):
    """A workshop does not take place; nobody counts as absent. Caused always by CancelWorkshop.

    The time and place are those it would have had. `at_the_door`: when it was to have begun already. If another is
    scheduled in its place, that one has the id `replacement_workshop_id`.
    """

    reason: ScheduleReason
    at_the_door: bool
    notice_hours: int
    replacement_workshop_id: str


class FacilitatorSubstituted(Event):
    """Somebody else than the cohort's lead, or than an earlier substitute, leads this one workshop.

    Both names stay on record. Caused always by SubstituteFacilitator.
    """

    workshop_id: str
    cohort_id: str
    code: str
    person_id: str
    substituted_person_id: str
    reason: HandOverReason
