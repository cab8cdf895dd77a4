"""A gap: what is missing for a requirement, and what is done about it."""

from datetime import date
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef

GapClosing = Literal["evidence", "exception"]


class GapRaised(Event):
    """Something is missing for a requirement: what is done about it, by whom, until when. Caused sometimes by RaiseGap.

    It comes again when the owner or the day changes, or when a closed gap opens anew.
    """

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    action: DocumentRef
    owner_person_id: str
    due_on: date
    raised_by: str


class GapOverdue(Event):
    """The day of a gap's action has passed; comes once for each time it was raised.

    Caused sometimes by NoteGapOverdue.
    """

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    owner_person_id: str
    due_on: date


class GapClosed(Event):
    """A gap is closed: the requirement has approved evidence or an exception. Caused sometimes by CloseGap."""

    gap_id: str
    portfolio_id: str
    enrolment_id: str
    home_id: str
    requirement_key: str
    how: GapClosing
