"""What the rules must be told from other streams of this service. Only commands that need it look anything up."""

from collections.abc import Mapping
from typing import Any

from services.portfolio.domain.accreditation import AccreditationCommand, GrantAccreditation
from services.portfolio.domain.accreditation_state import Accreditation
from services.portfolio.domain.coverage import NoteCoverage, UnlockStep
from services.portfolio.domain.doubt import ConcludeReview
from services.portfolio.domain.evidence import DraftEvidence, EvidenceCommand
from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.gap import CloseGap, Gap, GapCommand, RaiseGap
from services.portfolio.domain.homes import KnownHome
from services.portfolio.domain.identity import portfolio_of
from services.portfolio.domain.portfolio import PortfolioCommand
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.reaccreditation import RenewAccreditation
from services.portfolio.domain.renewal import AttestRenewal, OpenRenewal
from services.portfolio.domain.requirements import Requirements
from services.portfolio.domain.sign_off import AttestPortfolio, SignOffPortfolio
from services.portfolio.domain.slots import ExceptRequirement, FillSlot, ReopenSlots
from shared.chassis.declarations.facts import Look

CONCLUDING = FillSlot | ReopenSlots | ExceptRequirement | AttestPortfolio | SignOffPortfolio | NoteCoverage
"""After these, something may be ready, signed off or earned."""

RENEWING = OpenRenewal | AttestRenewal


async def portfolio(command: PortfolioCommand, look: Look) -> Mapping[str, Any]:
    """What the portfolio's programme version asks for. The version of an open portfolio never changes."""
    if not isinstance(command, CONCLUDING | RENEWING | UnlockStep):
        return {}
    found = await look(Portfolio, command.portfolio_id)
    # Unlocking a step concludes nothing but where a coverage, lost after the sign-off, is made good: a rare thing.
    if isinstance(command, UnlockStep) and not (found and found.locked and not found.earned):
        return {}
    return {"requirements": await _requirements(found, look)}


async def evidence(command: EvidenceCommand, look: Look) -> Mapping[str, Any]:
    """The portfolio that the item belongs to, and what its programme version asks for."""
    if isinstance(command, DraftEvidence):
        portfolio_id = command.portfolio_id
    else:
        item = await look(Evidence, command.evidence_id)
        portfolio_id = item.portfolio_id if item else ""
    return await _of_portfolio(portfolio_id, look)


async def gap(command: GapCommand, look: Look) -> Mapping[str, Any]:
    """The portfolio that the gap is in, and what its version asks for."""
    if isinstance(command, CloseGap):
        return {}
    if isinstance(command, RaiseGap):
        portfolio_id = command.portfolio_id
    else:
        known = await look(Gap, command.gap_id)
        portfolio_id = known.portfolio_id if known else ""
    return await _of_portfolio(portfolio_id, look)


async def accreditation(command: AccreditationCommand, look: Look) -> Mapping[str, Any]:
    """The rules by which an accreditation was earned, the home's place, the portfolio that a review looks at."""
    if isinstance(command, GrantAccreditation):
        home = await look(KnownHome, command.home_id)
        asked = await look(Requirements, command.version_id)
        return {"requirements": asked, "place": home.place if home else None}
    if not isinstance(command, ConcludeReview | RenewAccreditation):
        return {}
    found = await look(Accreditation, command.accreditation_id)
    if found is None:
        return {}
    asked = await look(Requirements, found.version_id)
    return {"requirements": asked, "portfolio": await look(Portfolio, portfolio_of(found.enrolment_id))}


async def _of_portfolio(portfolio_id: str, look: Look) -> Mapping[str, Any]:
    found = await look(Portfolio, portfolio_id) if portfolio_id else None
    return {"portfolio": found, "requirements": await _requirements(found, look)}


async def _requirements(found: Portfolio | None, look: Look) -> Requirements | None:
    return await look(Requirements, found.version_id) if found and found.opened else None
