"""The two signatures under a portfolio, and the award they lead to."""

from datetime import date

from shared.chassis.declarations.event import Event


class PortfolioReadyForSignOff(Event):
    """Every essential requirement is approved or excepted; comes again when a slot was reopened meanwhile.

    Caused sometimes by FillSlot, ReopenSlots (another item took the place) and ExceptRequirement, and by
    AttestPortfolio and SignOffPortfolio for a version in which nothing is essential.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    lead_person_id: str
    signatory_person_id: str


class ManagerAttested(Event):
    """The manager declared it is put into practice and will be sustained. Caused always by AttestPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    manager_person_id: str
    wording_version: str
    attested_on: date
    agrees_to_public_register: bool


class FacilitatorSigned(Event):
    """The facilitator put their signature to the portfolio. Caused always by SignOffPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    facilitator_person_id: str
    signed_on: date


class PortfolioSignedOff(Event):
    """Facilitator and manager have both signed. Caused sometimes by AttestPortfolio and by SignOffPortfolio."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    facilitator_person_id: str
    manager_person_id: str
    signed_off_on: date
    excepted: tuple[str, ...] = ()


class AccreditationEarned(Event):
    """Every condition of the award is met: slots, both signatures, coverage; comes once.

    `represented` says whether somebody represents the home. Caused sometimes by AttestPortfolio, SignOffPortfolio,
    NoteCoverage, FillSlot, ReopenSlots, ExceptRequirement and UnlockStep.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    home_name: str
    pathway: str
    version_id: str
    earned_on: date
    agrees_to_public_register: bool
    signatory_person_id: str
    represented: bool = True
