"""A portfolio: whose it is, who looks after it, and whether anything happens in it."""

from datetime import date, datetime

from shared.chassis.declarations.event import Event


class PortfolioOpened(Event):
    """The portfolio of an enrolment was opened. Caused always by OpenPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    cohort_id: str
    version_id: str
    pathway: str
    lead_person_id: str
    signatory_person_id: str
    representative_person_ids: tuple[str, ...]
    stalled_after_days: int = 30


class PortfolioHandedOver(Event):
    """Another facilitator looks after the portfolio now; what the one before decided stays theirs on record.

    It may come before PortfolioOpened. Caused sometimes by HandPortfolioOver.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    lead_person_id: str


class PortfolioFrozen(Event):
    """The home left the programme: its portfolio stays as it was, to be read and exported.

    It may come before PortfolioOpened. Caused sometimes by FreezePortfolio.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    frozen_on: date


class PortfolioStalled(Event):
    """Nothing happened in a portfolio for `after_days`. Caused sometimes by NoteStandstill."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cohort_id: str
    lead_person_id: str
    quiet_since: datetime
    after_days: int


class PortfolioRevived(Event):
    """Something happens again in a portfolio that had stalled. Caused sometimes by NoteActivity."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
