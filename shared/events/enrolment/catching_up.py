"""How somebody who did not cover a workshop is going to, before they have."""

from datetime import datetime

from shared.chassis.declarations.event import Event
from shared.events.values import CatchUpMethod


class CatchUpBooked(Event):
    """A representative is going to catch up on a workshop in this way, in place of what was booked before.

    `via_workshop_id` is the other cohort's workshop, which begins at `starts_at`. Caused sometimes by BookCatchUp.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    code: str
    method: CatchUpMethod
    via_workshop_id: str | None = None
    via_cohort_id: str | None = None
    starts_at: datetime | None = None


class CatchUpBookingCancelled(Event):
    """A representative is not going to catch up as it was booked.

    Caused sometimes by CancelCatchUp, by EndRepresentative, by ReplaceRepresentative and by WithdrawEnrolment.
    """

    enrolment_id: str
    home_id: str
    person_id: str
    code: str


class CaughtUp(Event):
    """A representative covered a workshop for which they had booked to catch up. Caused sometimes by NoteAttendance."""

    enrolment_id: str
    home_id: str
    person_id: str
    code: str
