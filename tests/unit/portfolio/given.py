"""What is given in the tests of portfolio: one home, one enrolment, a version with three requirements, five people."""

from datetime import UTC, date, datetime, timedelta

from services.portfolio.domain.accreditation import GrantAccreditation
from services.portfolio.domain.identity import accreditation_of, portfolio_of
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from services.portfolio.domain.review import ReturnEvidence
from services.portfolio.service import ACCREDITATIONS, EVIDENCE, PORTFOLIOS
from shared.chassis.declarations.facts import Actor, DocumentRef
from shared.events.portfolio import (
    AccreditationEarned,
    AccreditationGranted,
    CoverageNoted,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceReturned,
    EvidenceSubmitted,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioSignedOff,
    SlotFilled,
    StepUnlocked,
)
from shared.events.values import CompletionRules, Requirement, Wording
from tests.support.scenario import Scenario, document

NOW = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
TODAY = date(2026, 9, 14)
HOME_ID, ENROLMENT_ID, VERSION_ID, EVIDENCE_ID = "home-1", "enrolment-1", "version-1", "evidence-1"
PORTFOLIO_ID = portfolio_of(ENROLMENT_ID)
ACCREDITATION_ID = accreditation_of(HOME_ID, "care-home")

AUTHOR = Actor(kind="person", id="rep-1", roles=frozenset({"representative"}), units=frozenset({HOME_ID}))
MANAGER = Actor(kind="person", id="manager-1", roles=frozenset({"manager"}), units=frozenset({HOME_ID}))
FACILITATOR = Actor(kind="person", id="facilitator-1", roles=frozenset({"facilitator"}))
COLLEAGUE = Actor(kind="person", id="facilitator-2", roles=frozenset({"facilitator"}))

STATEMENT = Requirement(key="S1-statement", step="S1", title="Statement", tags=("well-led", "responsive"))
RECORD = Requirement(key="S2-record", step="S2", title="Care record")
REFLECTION = Requirement(key="S2-reflection", step="S2", title="Reflection", essential=False)
REQUIREMENTS = Requirements(
    version_id=VERSION_ID,
    title="Six Steps",
    pathway="care-home",
    requirements=(STATEMENT, RECORD, REFLECTION),
    rules=CompletionRules(valid_months=12, grace_days=30),
    attestation=Wording(version="attestation-1", text="We put it into practice."),
)

OPENED = PortfolioOpened(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    home_name="Bryn Awel",
    cohort_id="cohort-1",
    version_id=VERSION_ID,
    pathway="care-home",
    lead_person_id=FACILITATOR.id,
    signatory_person_id=MANAGER.id,
    representative_person_ids=(AUTHOR.id,),
)
UNLOCKED = StepUnlocked(portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID, step="S1")
COVERED = CoverageNoted(portfolio_id=PORTFOLIO_ID, enrolment_id=ENROLMENT_ID, home_id=HOME_ID)
NARRATIVE = DocumentRef(document_id="narrative-1", sha256="1" * 64)
DRAFTED = EvidenceDrafted(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    step="S1",
    author_person_id=AUTHOR.id,
    narrative=NARRATIVE,
)

portfolio = Scenario(PORTFOLIOS, now=NOW, actor=FACILITATOR, looked_up={"requirements": REQUIREMENTS})
opened = portfolio.given(OPENED)
accreditation = Scenario(ACCREDITATIONS, now=NOW, looked_up={"requirements": REQUIREMENTS})

READY = PortfolioReadyForSignOff(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    home_name="Bryn Awel",
    lead_person_id=FACILITATOR.id,
    signatory_person_id=MANAGER.id,
)
ATTESTED = ManagerAttested(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    manager_person_id=MANAGER.id,
    wording_version="attestation-1",
    attested_on=TODAY,
    agrees_to_public_register=True,
)
SIGNED = FacilitatorSigned(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    facilitator_person_id=FACILITATOR.id,
    signed_on=TODAY,
)
SIGNED_OFF = PortfolioSignedOff(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    facilitator_person_id=FACILITATOR.id,
    manager_person_id=MANAGER.id,
    signed_off_on=TODAY,
)
EARNED = AccreditationEarned(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    home_name="Bryn Awel",
    pathway="care-home",
    version_id=VERSION_ID,
    earned_on=TODAY,
    agrees_to_public_register=True,
    signatory_person_id=MANAGER.id,
)
RETURN = ReturnEvidence(
    evidence_id=EVIDENCE_ID, revision=1, reasons=("missing-date", "unclear"), guidance="Add the day it was agreed"
)
APPROVED = EvidenceApproved(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    step="S1",
    revision=1,
    facilitator_person_id=FACILITATOR.id,
    author_person_id=AUTHOR.id,
)
RETURNED = EvidenceReturned(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    revision=1,
    reasons=("missing-date", "unclear"),
    guidance=document(RETURN, "guidance"),
    facilitator_person_id=FACILITATOR.id,
    author_person_id=AUTHOR.id,
    due_on=date(2026, 9, 28),
)


def filled(requirement: Requirement, essential_left: int | None = None) -> SlotFilled:
    """The slot of this requirement got its approved item."""
    return SlotFilled(
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        requirement_key=requirement.key,
        evidence_id=f"evidence-for-{requirement.key}",
        revision=1,
        essential_left=essential_left,
    )


def submitted(revision: int = 1) -> EvidenceSubmitted:
    """The author handed this revision in."""
    return EvidenceSubmitted(
        evidence_id=EVIDENCE_ID,
        portfolio_id=PORTFOLIO_ID,
        enrolment_id=ENROLMENT_ID,
        home_id=HOME_ID,
        requirement_key=STATEMENT.key,
        step="S1",
        revision=revision,
        tags=STATEMENT.tags,
        submitted_by=AUTHOR.id,
        file_count=0,
        home_name="Bryn Awel",
        cohort_id="cohort-1",
        lead_person_id=FACILITATOR.id,
        remind_at=NOW + timedelta(days=7),
        escalate_at=NOW + timedelta(days=14),
    )


def with_portfolio(state: Portfolio | None, requirements: Requirements | None = REQUIREMENTS) -> Scenario:
    """An item of evidence of which nothing has been heard, with this portfolio to be looked up."""
    return Scenario(EVIDENCE, now=NOW, actor=AUTHOR, looked_up={"portfolio": state, "requirements": requirements})


evidence = with_portfolio(opened.given(UNLOCKED).state)
drafted = evidence.given(DRAFTED)
waiting = drafted.given(submitted()).by(FACILITATOR)


def granted(enrolment_id: str = ENROLMENT_ID, *, agrees: bool = True, from_year: int = 2026) -> AccreditationGranted:
    """The home was accredited for twelve months from 14 September."""
    return AccreditationGranted(
        accreditation_id=ACCREDITATION_ID,
        home_id=HOME_ID,
        home_name="Bryn Awel",
        enrolment_id=enrolment_id,
        pathway="care-home",
        version_id=VERSION_ID,
        certificate_number="SSS-2026-0000-0000",
        valid_from=date(from_year, 9, 14),
        valid_to=date(from_year + 1, 9, 13),
        lapses_on=date(from_year + 1, 10, 14),
        agrees_to_public_register=agrees,
        signatory_person_id=MANAGER.id,
        reminders_on=tuple(date(from_year + 1, *day) for day in ((3, 17), (6, 15), (8, 14))),
        renewable_from=date(from_year + 1, 3, 17),
        renewable_until=date(from_year + 2, 9, 13),
    )


GRANT = GrantAccreditation(
    accreditation_id=ACCREDITATION_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    home_name="Bryn Awel",
    pathway="care-home",
    version_id=VERSION_ID,
    earned_on=TODAY,
    agrees_to_public_register=True,
    signatory_person_id=MANAGER.id,
)
