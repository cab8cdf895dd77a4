"""What a home has covered, and who earned the champion award by it."""

from datetime import date
from typing import ClassVar

from shared.chassis.declarations.event import Event


class WorkshopCovered(Event):
    """For the first time a representative of the home covered this workshop. Caused sometimes by NoteAttendance."""

    enrolment_id: str
    home_id: str
    code: str
    person_id: str


class CoverageCompleted(Event):
    """As many mandatory workshops as the version asks for are covered by representatives of the home.

    Caused sometimes by NoteAttendance.
    """

    enrolment_id: str
    home_id: str
    version_id: str
    covered_codes: tuple[str, ...]


class ChampionAwarded(Event):
    """A representative of a home that is covered and signed off covered what the version asks of one person.

    Caused sometimes by NoteSignOff and by NoteAttendance.
    """

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    version_id: str
    covered_codes: tuple[str, ...]
    awarded_on: date


class AttendanceNoted(Event):
    """The enrolment knows that a representative covered a workshop. Caused sometimes by NoteAttendance."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str
    on: date


class AttendanceTakenBack(Event):
    """The enrolment knows that an attendance, or an absence, was voided. Caused sometimes by TakeBackAttendance."""

    private: ClassVar[bool] = True

    enrolment_id: str
    attendance_id: str
    person_id: str
    code: str


class WorkshopUncovered(Event):
    """After a void nobody of the home has covered this workshop any more. Caused sometimes by TakeBackAttendance."""

    enrolment_id: str
    home_id: str
    attendance_id: str
    code: str


class CoverageLost(Event):
    """After a void the home's coverage, which was complete, is not. Caused sometimes by TakeBackAttendance.

    `attendance_id` is the one that was voided. When the coverage is complete again, CoverageCompleted says so again.
    """

    enrolment_id: str
    home_id: str
    version_id: str
    attendance_id: str
    missing_codes: tuple[str, ...]


class AwardPutUnderReview(Event):
    """After a void an award stands on too little; it holds until somebody decides.

    Caused sometimes by TakeBackAttendance.
    """

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str
    attendance_id: str
    missing_codes: tuple[str, ...]


class AwardUpheld(Event):
    """An award that was under review stands on enough again. Caused sometimes by NoteAttendance and by NoteSignOff."""

    award_id: str
    person_id: str
    enrolment_id: str
    home_id: str


class SignOffNoted(Event):
    """The enrolment knows that its portfolio is signed off. Caused sometimes by NoteSignOff."""

    private: ClassVar[bool] = True

    enrolment_id: str
    portfolio_id: str
    signed_off_on: date
