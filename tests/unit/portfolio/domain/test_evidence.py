"""Writing evidence up: drafts of unlocked steps, files, and what may be handed in."""

import pytest

from services.portfolio.domain.evidence import (
    AttachFile,
    AttestationMissing,
    DraftEvidence,
    NothingToReview,
    ReviseEvidence,
    SubmitEvidence,
)
from services.portfolio.domain.evidence_state import EvidenceDecided, EvidenceLocked, EvidenceUnknown
from services.portfolio.domain.portfolio_state import PortfolioLocked, PortfolioNotOpen
from services.portfolio.domain.requirements import RequirementsNotHereYet, UnknownRequirement
from services.portfolio.domain.serving import StepLocked
from shared.chassis.declarations.state import replace
from shared.events.portfolio import EvidenceFileAttached, EvidenceRevised, EvidenceSubmitted
from tests.support.scenario import document
from tests.unit.portfolio.given import (
    APPROVED,
    AUTHOR,
    COLLEAGUE,
    DRAFTED,
    EVIDENCE_ID,
    HOME_ID,
    MANAGER,
    PORTFOLIO_ID,
    RECORD,
    RETURNED,
    STATEMENT,
    TODAY,
    UNLOCKED,
    drafted,
    evidence,
    opened,
    submitted,
    waiting,
    with_portfolio,
)

DRAFT = DraftEvidence(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    narrative="What we do now",
)
REVISE = ReviseEvidence(evidence_id=EVIDENCE_ID, narrative="With a date")
SUBMIT = SubmitEvidence(evidence_id=EVIDENCE_ID, no_resident_identifiable=True)
ATTACH = AttachFile(
    evidence_id=EVIDENCE_ID,
    file_id="file-1",
    file_name="for Mrs Example.pdf",
    sha256="f" * 64,
    size=1_000,
    media_type="application/pdf",
)
ATTACHED = EvidenceFileAttached(
    evidence_id=EVIDENCE_ID,
    portfolio_id=PORTFOLIO_ID,
    file_id="file-1",
    sha256="f" * 64,
    size=1_000,
    media_type="application/pdf",
    attached_by=AUTHOR.id,
)
WRITING = [REVISE, ATTACH, SUBMIT]
Writing = ReviseEvidence | AttachFile | SubmitEvidence
LOCKED = replace(opened.given(UNLOCKED).state, signed_off_on=TODAY)


def test_evidence_is_drafted_for_a_requirement_whose_step_is_unlocked() -> None:
    written = document(DRAFT, "narrative")
    evidence.when(DRAFT).then(DRAFTED.model_copy(update={"narrative": written}))


def test_a_draft_needs_no_narrative_yet() -> None:
    evidence.when(DRAFT.model_copy(update={"narrative": None})).then(DRAFTED.model_copy(update={"narrative": None}))


def test_drafting_twice_changes_nothing() -> None:
    drafted.when(DRAFT).then_nothing()


def test_a_locked_step_is_named() -> None:
    evidence.when(DRAFT.model_copy(update={"requirement_key": RECORD.key})).then_refused(StepLocked, step="S2")


def test_an_unknown_requirement_is_refused() -> None:
    unknown = DRAFT.model_copy(update={"requirement_key": "S9-none"})
    evidence.when(unknown).then_refused(UnknownRequirement, field="requirement_key")


def test_the_portfolio_of_another_home_is_not_there() -> None:
    evidence.when(DRAFT.model_copy(update={"home_id": "home-2"})).then_refused(PortfolioNotOpen, field="portfolio_id")


def test_nothing_is_drafted_in_a_portfolio_that_is_not_open() -> None:
    with_portfolio(None).when(DRAFT).then_refused(PortfolioNotOpen)


def test_nothing_is_drafted_in_a_portfolio_that_is_signed_off() -> None:
    with_portfolio(LOCKED).when(DRAFT).then_refused(PortfolioLocked)


def test_nothing_is_drafted_before_the_requirements_are_here() -> None:
    with_portfolio(opened.state, requirements=None).when(DRAFT).then_refused(RequirementsNotHereYet)


def test_a_draft_can_be_revised_by_anybody_of_the_home() -> None:
    revised = EvidenceRevised(
        evidence_id=EVIDENCE_ID,
        portfolio_id=PORTFOLIO_ID,
        narrative=document(REVISE, "narrative"),
        revised_by=MANAGER.id,
    )
    assert drafted.by(MANAGER).when(REVISE).then(revised).state.writers == {AUTHOR.id, MANAGER.id}
    drafted.given(revised).by(MANAGER).when(REVISE).then_nothing()
    drafted.given(revised).by(COLLEAGUE).when(REVISE).then_happened(EvidenceRevised)


def test_the_name_of_a_file_stays_out_of_the_event() -> None:
    answer = drafted.when(ATTACH).then(ATTACHED)
    assert "Mrs Example" not in answer.events[0].model_dump_json()


def test_the_same_file_is_attached_once() -> None:
    drafted.given(ATTACHED).when(ATTACH).then_nothing()


def test_an_item_is_handed_in_with_the_tags_of_its_requirement() -> None:
    drafted.when(SUBMIT).then(submitted())


def test_a_file_alone_is_enough() -> None:
    bare = evidence.given(DRAFTED.model_copy(update={"narrative": None}), ATTACHED)
    bare.when(SUBMIT).then(submitted().model_copy(update={"file_count": 1}))


def test_an_empty_item_is_not_handed_in() -> None:
    evidence.given(DRAFTED.model_copy(update={"narrative": None})).when(SUBMIT).then_refused(NothingToReview)


def test_who_submits_declares_that_no_resident_can_be_identified() -> None:
    careless = SubmitEvidence(evidence_id=EVIDENCE_ID, no_resident_identifiable=False)
    drafted.when(careless).then_refused(AttestationMissing, field="no_resident_identifiable")


def test_submitting_twice_is_one_revision() -> None:
    drafted.given(submitted()).when(SUBMIT).then_nothing()


def test_after_a_return_the_next_submission_is_the_next_revision() -> None:
    back = drafted.given(submitted()).state
    assert back.status == "submitted"
    again = evidence.given(DRAFTED, submitted(), RETURNED).when(SUBMIT).then(submitted(2))
    assert again.state.reasons == ()


@pytest.mark.parametrize("command", [REVISE, ATTACH])
def test_a_submitted_revision_is_locked(command: Writing) -> None:
    waiting.by(AUTHOR).when(command).then_refused(EvidenceLocked)


@pytest.mark.parametrize("command", WRITING)
def test_an_approved_item_is_closed(command: Writing) -> None:
    waiting.given(APPROVED).by(AUTHOR).when(command).then_refused(EvidenceDecided)


@pytest.mark.parametrize("command", WRITING)
def test_an_item_nobody_drafted_is_unknown(command: Writing) -> None:
    evidence.when(command).then_refused(EvidenceUnknown)


@pytest.mark.parametrize("command", WRITING)
def test_nothing_is_written_after_the_sign_off(command: Writing) -> None:
    with_portfolio(LOCKED).given(DRAFTED).when(command).then_refused(PortfolioLocked)


def test_the_first_event_of_a_submission_names_who_submitted() -> None:
    by_manager = drafted.by(MANAGER).when(SUBMIT).then_happened(EvidenceSubmitted)
    assert MANAGER.id in by_manager.state.writers
