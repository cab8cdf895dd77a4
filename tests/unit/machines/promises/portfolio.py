"""What each aggregate of portfolio promises (domain.md 2.4), of any history of one thing and of where it led."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from services.portfolio.domain.accreditation_state import Accreditation
from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.gap import Gap
from services.portfolio.domain.homes import KnownHome
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements
from shared.chassis.declarations.event import Event
from shared.events.portfolio import (
    AccreditationGranted,
    AccreditationLapsed,
    AccreditationRenewed,
    AccreditationRevoked,
    EvidenceApproved,
    EvidenceDrafted,
    EvidenceReturned,
    EvidenceSubmitted,
    FacilitatorSigned,
    GapClosed,
    GapOverdue,
    GapRaised,
    HomeNoted,
    ManagerAttested,
    PortfolioOpened,
    PortfolioSignedOff,
    RequirementsAdopted,
)
from tests.unit.machines.promises.telling import at_most_once, begins_once, only_after
from tests.unit.machines.town import Promise


def requirements(history: Sequence[Event], adopted: Requirements) -> None:
    """Adopted once from its version, and never changed."""
    assert len(history) == 1
    begins_once(history, RequirementsAdopted)
    assert adopted == Requirements.model_validate(history[0].model_dump())


def known_home(history: Sequence[Event], home: KnownHome) -> None:
    """It is noted when there is something new; the latest holds."""
    noted = [event for event in history if isinstance(event, HomeNoted)]
    assert all(earlier != later for earlier, later in pairwise(noted))
    assert (home.home_id, home.place) == (noted[-1].home_id, noted[-1].place)


def portfolio(history: Sequence[Event], portfolio: Portfolio) -> None:
    """Signed off once, by two people: the manager and a facilitator who does not represent the home."""
    at_most_once(history, PortfolioOpened, PortfolioSignedOff)
    only_after(history, PortfolioSignedOff, PortfolioOpened, ManagerAttested, FacilitatorSigned)
    for event in history:
        if isinstance(event, PortfolioSignedOff):
            assert event.manager_person_id != event.facilitator_person_id
    assert not portfolio.earned or portfolio.signed_off_on


def evidence(history: Sequence[Event], evidence: Evidence) -> None:
    """One decision for each revision, about the revision that waits; revisions are numbered without a gap."""
    begins_once(history, EvidenceDrafted)
    submitted = [event.revision for event in history if isinstance(event, EvidenceSubmitted)]
    assert submitted == list(range(1, len(submitted) + 1))
    waits = None
    for event in history:
        if isinstance(event, EvidenceSubmitted):
            waits = event.revision
        if isinstance(event, EvidenceApproved | EvidenceReturned):
            assert event.revision == waits
            waits = None
    assert (evidence.status == "submitted") == (waits is not None)


def gap(history: Sequence[Event], gap: Gap) -> None:
    """Raised before all else; overdue once for each day it was due on; closed only while open."""
    is_open, due_on, overdue = False, None, False
    for event in history:
        match event:
            case GapRaised():
                is_open, due_on, overdue = True, event.due_on, False
            case GapOverdue():
                assert is_open
                assert not overdue
                assert event.due_on == due_on
                overdue = True
            case GapClosed():
                assert is_open
                is_open = False
            case _:
                raise AssertionError(event)
    assert (gap.status == "open") == is_open
    assert gap.due_on == due_on


def accreditation(history: Sequence[Event], accreditation: Accreditation) -> None:
    """Granted once for each enrolment, to a day after it began; once revoked, only a new grant makes it valid."""
    granted = [event.enrolment_id for event in history if isinstance(event, AccreditationGranted)]
    assert len(granted) == len(set(granted))
    certificates = [event for event in history if isinstance(event, AccreditationGranted | AccreditationRenewed)]
    assert all(event.valid_from < event.valid_to <= event.lapses_on for event in certificates)
    revoked = False
    for event in history:
        assert not (revoked and isinstance(event, AccreditationRenewed | AccreditationLapsed | AccreditationRevoked))
        if isinstance(event, AccreditationGranted | AccreditationRevoked):
            revoked = isinstance(event, AccreditationRevoked)
    assert revoked == (accreditation.status == "revoked")
    if certificates:
        assert (accreditation.valid_from, accreditation.valid_to) == _term(certificates[-1])


def _term(event: AccreditationGranted | AccreditationRenewed) -> tuple[date, date]:
    return (event.valid_from, event.valid_to)


PROMISES: Mapping[str, Promise] = {
    "requirements": requirements,
    "home": known_home,
    "portfolio": portfolio,
    "evidence": evidence,
    "gap": gap,
    "accreditation": accreditation,
}
