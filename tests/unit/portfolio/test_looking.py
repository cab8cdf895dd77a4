"""What is looked up: facts for the rules, and the progress of a portfolio slot by slot."""

from typing import Any

import pytest

from services.portfolio import facts
from services.portfolio.domain.coverage import UnlockStep
from services.portfolio.domain.evidence import DraftEvidence, SubmitEvidence
from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.homes import KnownHome
from services.portfolio.domain.portfolio_state import Portfolio, PortfolioNotOpen
from services.portfolio.domain.requirements import Requirements, RequirementsNotHereYet
from services.portfolio.domain.sign_off import SignOffPortfolio
from services.portfolio.domain.slots import FillSlot
from services.portfolio.queries.progress import PortfolioQuestion, progress
from shared.chassis.declarations.state import State
from tests.unit.portfolio.given import (
    EVIDENCE_ID,
    GRANT,
    HOME_ID,
    OPENED,
    PORTFOLIO_ID,
    RECORD,
    REFLECTION,
    REQUIREMENTS,
    STATEMENT,
    UNLOCKED,
    VERSION_ID,
    drafted,
    filled,
    opened,
    portfolio,
)

QUESTION = PortfolioQuestion(portfolio_id=PORTFOLIO_ID)
UNLOCK = UnlockStep(**UNLOCKED.model_dump(), attendance_id="attendance-1", covers=True)
SIGN = SignOffPortfolio(portfolio_id=PORTFOLIO_ID)
KNOWN: dict[tuple[type[State], str], State] = {
    (Portfolio, PORTFOLIO_ID): opened.given(UNLOCKED, filled(STATEMENT)).state,
    (Requirements, VERSION_ID): REQUIREMENTS,
    (Evidence, EVIDENCE_ID): drafted.state,
}


class Streams:
    """Looks states up among those it was given, and offers them as tools."""

    def __init__(self, known: dict[tuple[type[State], str], State]) -> None:
        self.known = known
        self.asked: list[str] = []

    async def look(self, state: type[State], thing_id: str) -> Any:
        self.asked.append(thing_id)
        return self.known.get((state, thing_id))


def without(state: type[State]) -> Streams:
    return Streams({name: known for name, known in KNOWN.items() if name[0] is not state})


async def test_signing_is_told_what_the_version_asks_for() -> None:
    assert await facts.portfolio(SIGN, Streams(KNOWN).look) == {"requirements": REQUIREMENTS}


async def test_a_portfolio_that_is_not_open_has_no_requirements() -> None:
    early = Streams({**KNOWN, (Portfolio, PORTFOLIO_ID): portfolio.given(UNLOCKED).state})
    assert await facts.portfolio(SIGN, early.look) == {"requirements": None}
    assert await facts.portfolio(SIGN, Streams({}).look) == {"requirements": None}


async def test_filling_a_slot_is_told_what_is_asked_for() -> None:
    fill = FillSlot(**filled(RECORD).model_dump(exclude={"essential_left"}), home_id=HOME_ID)
    assert await facts.portfolio(fill, Streams(KNOWN).look) == {"requirements": REQUIREMENTS}


async def test_unlocking_a_step_looks_no_requirements_up() -> None:
    streams = Streams(KNOWN)
    assert await facts.portfolio(UNLOCK, streams.look) == {}
    assert streams.asked == [PORTFOLIO_ID]


async def test_a_draft_is_told_of_the_portfolio_it_names_and_an_item_of_its_own() -> None:
    draft = DraftEvidence(evidence_id="new", portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, requirement_key=STATEMENT.key)
    submit = SubmitEvidence(evidence_id=EVIDENCE_ID, no_resident_identifiable=True)
    told = {"portfolio": KNOWN[Portfolio, PORTFOLIO_ID], "requirements": REQUIREMENTS}
    assert await facts.evidence(draft, Streams(KNOWN).look) == told
    assert await facts.evidence(submit, Streams(KNOWN).look) == told


async def test_an_item_nobody_drafted_has_no_portfolio() -> None:
    submit = SubmitEvidence(evidence_id="nobody", no_resident_identifiable=True)
    assert await facts.evidence(submit, Streams(KNOWN).look) == {"portfolio": None, "requirements": None}


async def test_granting_is_told_the_rules_of_the_version() -> None:
    assert await facts.accreditation(GRANT, Streams(KNOWN).look) == {"requirements": REQUIREMENTS, "place": None}
    placed = Streams({**KNOWN, (KnownHome, HOME_ID): KnownHome(home_id=HOME_ID, place="Wirral")})
    assert (await facts.accreditation(GRANT, placed.look))["place"] == "Wirral"


async def test_progress_shows_every_slot_with_its_state_and_what_is_missing() -> None:
    seen = await progress(QUESTION, Streams(KNOWN))  # type: ignore[arg-type]  # a stand-in for the tools
    states = {slot.key: slot.state for slot in seen.slots}
    assert states == {STATEMENT.key: "approved", RECORD.key: "locked", REFLECTION.key: "locked"}
    assert (seen.total, seen.essential, seen.approved, seen.excepted) == (3, 2, 1, 0)
    assert (seen.home_id, seen.status, seen.missing) == (HOME_ID, "open", (RECORD.key,))


async def test_a_slot_of_an_unlocked_step_is_open() -> None:
    fresh = Streams({**KNOWN, (Portfolio, PORTFOLIO_ID): portfolio.given(OPENED, UNLOCKED).state})
    seen = await progress(QUESTION, fresh)  # type: ignore[arg-type]  # a stand-in for the tools
    assert [slot.state for slot in seen.slots] == ["open", "locked", "locked"]


async def test_there_is_no_progress_without_portfolio_or_requirements() -> None:
    with pytest.raises(PortfolioNotOpen):
        await progress(QUESTION, without(Portfolio))  # type: ignore[arg-type]  # a stand-in for the tools
    with pytest.raises(RequirementsNotHereYet):
        await progress(QUESTION, without(Requirements))  # type: ignore[arg-type]  # a stand-in for the tools
