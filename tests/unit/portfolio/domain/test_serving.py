"""What an item serves can be said anew as long as it is not handed in; then it is settled for that revision."""

import pytest

from services.portfolio.domain.evidence import SubmitEvidence
from services.portfolio.domain.evidence_state import EvidenceDecided, EvidenceLocked, EvidenceUnknown
from services.portfolio.domain.portfolio_state import PortfolioLocked
from services.portfolio.domain.requirements import UnknownRequirement, UnknownTag
from services.portfolio.domain.serving import MapEvidence, StepLocked
from shared.chassis.declarations.state import replace
from shared.events.portfolio import EvidenceMapped, StepUnlocked
from shared.events.values import Framework
from tests.unit.portfolio.given import (
    APPROVED,
    AUTHOR,
    DRAFTED,
    EVIDENCE_ID,
    MANAGER,
    PORTFOLIO_ID,
    RECORD,
    REFLECTION,
    REQUIREMENTS,
    RETURNED,
    STATEMENT,
    TODAY,
    UNLOCKED,
    opened,
    submitted,
    with_portfolio,
)

SECOND = StepUnlocked(**{**UNLOCKED.model_dump(), "step": "S2"})
CODES = replace(REQUIREMENTS, frameworks=(Framework(key="cqc", version="1", title="Key questions", codes=("safe",)),))
FURTHER = opened.given(UNLOCKED, SECOND).state
item = with_portfolio(FURTHER, CODES).given(DRAFTED)
MAP = MapEvidence(evidence_id=EVIDENCE_ID, also_for=(RECORD.key, RECORD.key, STATEMENT.key), tags=("safe",))
MAPPED = EvidenceMapped(
    evidence_id=EVIDENCE_ID, portfolio_id=PORTFOLIO_ID, also_for=(RECORD.key,), tags=("safe",), mapped_by=AUTHOR.id
)
SUBMIT = SubmitEvidence(evidence_id=EVIDENCE_ID, no_resident_identifiable=True)


def test_a_draft_is_said_to_serve_more_and_each_is_named_once() -> None:
    state = item.when(MAP).then(MAPPED).state
    assert (state.keys, state.tags) == ((STATEMENT.key, RECORD.key), ("safe",))


def test_what_it_serves_already_is_not_said_again() -> None:
    item.given(MAPPED).when(MAP).then_nothing()


def test_it_takes_the_place_of_what_was_said_before() -> None:
    less = MapEvidence(evidence_id=EVIDENCE_ID, also_for=(REFLECTION.key,))
    answer = item.given(MAPPED).by(MANAGER).when(less)
    answer.then(MAPPED.model_copy(update={"also_for": (REFLECTION.key,), "tags": (), "mapped_by": MANAGER.id}))
    assert answer.state.writers == {AUTHOR.id, MANAGER.id}


def test_what_was_said_last_is_handed_in() -> None:
    (handed_in,) = item.given(MAPPED).when(SUBMIT).events
    assert handed_in == submitted().model_copy(update={"also_for": (RECORD.key,), "tags": (*STATEMENT.tags, "safe")})


def test_what_came_back_may_serve_something_else() -> None:
    item.given(submitted(), RETURNED).when(MAP).then(MAPPED)


def test_what_is_handed_in_or_decided_or_was_never_begun_stays_as_it_is() -> None:
    item.given(submitted()).when(MAP).then_refused(EvidenceLocked)
    item.given(submitted(), APPROVED).when(MAP).then_refused(EvidenceDecided)
    with_portfolio(FURTHER, CODES).when(MAP).then_refused(EvidenceUnknown)
    signed_off = replace(FURTHER, signed_off_on=TODAY)
    with_portfolio(signed_off, CODES).given(DRAFTED).when(MAP).then_refused(PortfolioLocked)


def test_only_what_the_version_has_and_the_home_was_at_is_served() -> None:
    unknown = MAP.model_copy(update={"also_for": ("S9-none",)})
    item.when(unknown).then_refused(UnknownRequirement, field="also_for")
    item.when(MAP.model_copy(update={"tags": ("none",)})).then_refused(UnknownTag, field="tags")
    early = with_portfolio(opened.given(UNLOCKED).state, CODES).given(DRAFTED)
    early.when(MAP).then_refused(StepLocked, field="also_for", step="S2")


def test_a_slot_that_is_settled_after_the_sign_off_is_not_served_anew() -> None:
    reopened = replace(FURTHER, signed_off_on=TODAY, reopened=frozenset({STATEMENT.key}))
    with_portfolio(reopened, CODES).given(DRAFTED).when(MAP).then_refused(PortfolioLocked)
    kept = MAP.model_copy(update={"also_for": ()})
    with_portfolio(reopened, CODES).given(DRAFTED).when(kept).then_happened(EvidenceMapped)


@pytest.mark.parametrize("names", [{"also_for": tuple(f"k{n}" for n in range(21))}, {"tags": ("",)}])
def test_too_many_or_empty_keys_do_not_fit(names: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        MapEvidence.model_validate({"evidence_id": EVIDENCE_ID, **names})
