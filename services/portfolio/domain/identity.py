"""How the ids of this service follow from what they belong to, so that both sides of a reaction find the same thing."""

from shared.chassis.declarations.identity import derived_id


def portfolio_of(enrolment_id: str) -> str:
    """The id of the one portfolio of an enrolment, known before it opens."""
    return derived_id("portfolio", enrolment_id)


def gap_of(portfolio_id: str, requirement_key: str) -> str:
    """The id of the one gap of a requirement in a portfolio."""
    return derived_id("gap", portfolio_id, requirement_key)


def accreditation_of(home_id: str, pathway: str) -> str:
    """The id of the one accreditation of a home on a pathway."""
    return derived_id("accreditation", home_id, pathway)
