"""A renewal: fresh evidence and fresh signatures in a portfolio that was signed off."""

from datetime import date

from shared.chassis.declarations.event import Event


class RenewalOpened(Event):
    """A renewal began in a portfolio: fresh evidence is asked for these requirements; earlier work stays as it is.

    Caused sometimes by OpenRenewal.
    """

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    requirement_keys: tuple[str, ...]


class SlotRenewed(Event):
    """A requirement got fresh approved evidence in a renewal; `left` still wait. Caused sometimes by FillSlot."""

    portfolio_id: str
    enrolment_id: str
    cycle: int
    requirement_key: str
    evidence_id: str
    revision: int
    left: int


class RenewalAttested(Event):
    """The manager promised again that it will be sustained. Caused always by AttestRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    manager_person_id: str
    wording_version: str
    attested_on: date
    agrees_to_public_register: bool


class RenewalSigned(Event):
    """A facilitator put their signature to a renewal. Caused always by SignOffRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    cycle: int
    facilitator_person_id: str
    signed_on: date


class RenewalEarned(Event):
    """Fresh evidence and both signatures are there. Caused sometimes by AttestRenewal and SignOffRenewal."""

    portfolio_id: str
    enrolment_id: str
    home_id: str
    pathway: str
    cycle: int
    earned_on: date
    agrees_to_public_register: bool
