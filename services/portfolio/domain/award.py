"""The award: what an accreditation takes, as conditions. One fold decides it and explains it.

The rules ask `conditions` of the state that `evolve` folded; who asks why not yet gets the same, folded event by event.
"""

from pydantic import BaseModel, ConfigDict

from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from shared.chassis.declarations.facts import Facts
from shared.events.days import local_day
from shared.events.portfolio import AccreditationEarned


class Condition(BaseModel):
    """One thing that the award takes, in words, and whether it is so."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    met: bool


def conditions(portfolio: Portfolio, asked: Requirements) -> tuple[Condition, ...]:
    """Every condition, in the version's order: each essential requirement, coverage, both signatures."""
    essential = (each for each in asked.requirements if each.essential)
    slots = [
        Condition(key=f"requirement:{each.key}", title=each.title, met=each.key in portfolio.settled)
        for each in essential
    ]
    signed_by_manager = portfolio.manager_person_id is not None
    signed_by_facilitator = portfolio.facilitator_person_id is not None
    return (
        *slots,
        Condition(key="coverage", title="Every mandatory workshop is covered", met=portfolio.coverage_stands),
        Condition(key="attestation", title="The manager promised to sustain it", met=signed_by_manager),
        Condition(key="sign-off", title="A facilitator signed the portfolio off", met=signed_by_facilitator),
    )


def unmet(portfolio: Portfolio, asked: Requirements) -> tuple[str, ...]:
    """The keys of the conditions that are not met."""
    return tuple(each.key for each in conditions(portfolio, asked) if not each.met)


def earned(
    portfolio: Portfolio, portfolio_id: str, asked: Requirements | None, facts: Facts
) -> list[AccreditationEarned]:
    """What the portfolio earns as it now is; once. Nothing while what the version asks for is not known."""
    if portfolio.earned or not portfolio.opened or portfolio.frozen_on is not None:
        return []
    if asked is None or unmet(portfolio, asked):
        return []
    accreditation = AccreditationEarned(
        portfolio_id=portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        home_name=portfolio.home_name,
        pathway=portfolio.pathway,
        version_id=portfolio.version_id,
        earned_on=local_day(facts.now),
        agrees_to_public_register=portfolio.agrees_to_public_register,
        signatory_person_id=portfolio.signatory_person_id,
        represented=bool(portfolio.representatives),
    )
    return [accreditation]
