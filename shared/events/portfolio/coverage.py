"""What the portfolio knows of the workshops: what they unlock, and whether all are covered."""

from typing import ClassVar

from shared.chassis.declarations.event import Event


class AttendanceNoted(Event):
    """The portfolio knows by which attendance a workshop is covered. Caused sometimes by UnlockStep."""

    private: ClassVar[bool] = True

    portfolio_id: str
    enrolment_id: str
    home_id: str
    attendance_id: str
    code: str


class AttendanceVoidNoted(Event):
    """The portfolio knows that an attendance no longer counts. Caused sometimes by NoteVoid."""

    private: ClassVar[bool] = True

    portfolio_id: str
    attendance_id: str
    code: str


class CoverageReopened(Event):
    """A workshop that the coverage rests on is covered no longer, because an attendance was voided.

    `cause_event_id` is the voiding; `under_award` says whether the accreditation had been earned. Caused sometimes by
    NoteVoid.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    code: str
    attendance_id: str
    cause_event_id: str
    under_award: bool


class StepUnlocked(Event):
    """The slots of a step may now be filled: somebody of the home was at its workshop. Caused sometimes by UnlockStep.

    It may come before PortfolioOpened.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    step: str


class CoverageNoted(Event):
    """The portfolio knows that the home covered every mandatory workshop. Caused always by NoteCoverage.

    It may come before PortfolioOpened.
    """

    private: ClassVar[bool] = True

    portfolio_id: str
    enrolment_id: str
    home_id: str
    covered_codes: tuple[str, ...] = ()
