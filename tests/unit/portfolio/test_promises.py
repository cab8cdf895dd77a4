"""Whatever people ask, everything twice, and in whatever order events arrive, a portfolio keeps its promises."""

from typing import Any

from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.portfolio.domain.accreditation_state import Accreditation
from services.portfolio.domain.award import unmet
from services.portfolio.domain.doubt import ConcludeReview
from services.portfolio.domain.evidence import DraftEvidence, SubmitEvidence
from services.portfolio.domain.evidence_state import Evidence
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.review import ApproveEvidence, ReturnEvidence, WithdrawEvidenceApproval
from services.portfolio.domain.review_queue import ClaimEvidenceReview
from services.portfolio.domain.serving import MapEvidence
from services.portfolio.domain.sign_off import AttestPortfolio, SignOffPortfolio
from services.portfolio.domain.slots import ExceptRequirement
from shared.chassis.declarations.facts import Actor
from shared.events.portfolio import (
    AccreditationEarned,
    AccreditationGranted,
    AccreditationPutUnderReview,
    AccreditationRevoked,
    CoverageNoted,
    EvidenceApprovalWithdrawn,
    EvidenceApproved,
    EvidenceReturned,
    EvidenceReviewClaimed,
    EvidenceSubmitted,
    FacilitatorSigned,
    ManagerAttested,
    PortfolioOpened,
    PortfolioReadyForSignOff,
    PortfolioSignedOff,
    RequirementExcepted,
    SlotFilled,
    SlotReopened,
)
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    AUTHOR,
    COLLEAGUE,
    FACILITATOR,
    HOME_ID,
    MANAGER,
    PORTFOLIO_ID,
    RECORD,
    REFLECTION,
    REQUIREMENTS,
    STATEMENT,
)
from tests.unit.portfolio.test_policies import ATTENDED, CONFIRMED, COVERED, ENDED, ENROLLED, PUBLISHED
from tests.unit.portfolio.world import World

OWN = Actor(kind="person", id=CONFIRMED.person_id, roles=frozenset({"facilitator", "representative"}))
PEOPLE = strategies.sampled_from([AUTHOR, MANAGER, FACILITATOR, COLLEAGUE, OWN])
KEYS = strategies.sampled_from([STATEMENT.key, RECORD.key, REFLECTION.key])
SIGNERS = strategies.sampled_from([MANAGER, MANAGER, FACILITATOR, FACILITATOR, COLLEAGUE, OWN])
ITEMS = strategies.sampled_from(["item-1", "item-2", "item-3"])
REVISIONS = strategies.sampled_from([1, 1, 1, 2, 3])
ENROLMENT = (ENROLLED, CONFIRMED, COVERED, ENDED)
ATTENDANCES = (ATTENDED, ATTENDED.model_copy(update={"code": "S2"}))
ESSENTIAL = set(REQUIREMENTS.missing(()))


class Portfolios(RuleBasedStateMachine):
    """One home's nine months, in any order, by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.enrolment = list(ENROLMENT)
        self.world.hear(PUBLISHED)

    @initialize(stage=strategies.sampled_from(["new", "enrolled", "submitted", "ready", "ready"]))
    def begin(self, stage: str) -> None:
        if stage == "new":
            return
        for event in (*ATTENDANCES, self.enrolment.pop(0), self.enrolment.pop(0)):
            self.world.hear(event)
        if stage != "enrolled":
            for item, key in (("item-1", STATEMENT.key), ("item-2", RECORD.key)):
                self.draft(item, key, AUTHOR)
                self.submit(item, AUTHOR)
        if stage == "ready":
            self.approve("item-1", 1, FACILITATOR)
            self.make_an_exception(RECORD.key, COLLEAGUE)
            for event in tuple(self.world.unread):
                self.world.hear(event)

    @rule()
    def hear_of_the_enrolment(self) -> None:
        if self.enrolment:
            self.world.hear(self.enrolment.pop(0))

    @rule(event=strategies.sampled_from([*ATTENDANCES, PUBLISHED, ENROLLED, COVERED]))
    def hear_again_or_early(self, event: Any) -> None:
        self.world.hear(event)

    @rule(data=strategies.data())
    def hear_of_our_own(self, data: strategies.DataObject) -> None:
        if self.world.unread:
            event = data.draw(strategies.sampled_from(self.world.unread))
            if data.draw(strategies.booleans()):
                self.world.unread.remove(event)
            self.world.hear(event)

    @rule(item=ITEMS, key=KEYS, person=PEOPLE)
    def draft(self, item: str, key: str, person: Actor) -> None:
        command = DraftEvidence(
            evidence_id=item, portfolio_id=PORTFOLIO_ID, home_id=HOME_ID, requirement_key=key, narrative="words"
        )
        self.world.asked(command, person)

    @rule(item=ITEMS, keys=strategies.lists(KEYS, max_size=2), person=PEOPLE)
    def say_what_it_serves(self, item: str, keys: list[str], person: Actor) -> None:
        self.world.asked(MapEvidence(evidence_id=item, also_for=tuple(keys)), person)

    @rule(item=ITEMS, person=PEOPLE)
    def submit(self, item: str, person: Actor) -> None:
        self.world.asked(SubmitEvidence(evidence_id=item, no_resident_identifiable=True), person)

    @rule(item=ITEMS, revision=REVISIONS, person=PEOPLE)
    def give_back(self, item: str, revision: int, person: Actor) -> None:
        command = ReturnEvidence(evidence_id=item, revision=revision, reasons=("unclear",))
        self.world.asked(command, person)

    @rule(item=ITEMS, revision=REVISIONS, person=PEOPLE)
    def approve(self, item: str, revision: int, person: Actor) -> None:
        self.world.asked(ApproveEvidence(evidence_id=item, revision=revision), person)

    @rule(key=KEYS, person=PEOPLE)
    def make_an_exception(self, key: str, person: Actor) -> None:
        command = ExceptRequirement(portfolio_id=PORTFOLIO_ID, requirement_key=key, reason="why")
        self.world.asked(command, person)

    @rule(person=SIGNERS, agrees=strategies.booleans())
    def attest(self, person: Actor, agrees: bool) -> None:
        command = AttestPortfolio(
            portfolio_id=PORTFOLIO_ID, wording_version="attestation-1", agrees_to_public_register=agrees
        )
        self.world.asked(command, person)

    @rule(person=SIGNERS)
    def sign_off(self, person: Actor) -> None:
        self.world.asked(SignOffPortfolio(portfolio_id=PORTFOLIO_ID), person)

    @rule(item=ITEMS, revision=REVISIONS, person=PEOPLE)
    def withdraw_an_approval(self, item: str, revision: int, person: Actor) -> None:
        command = WithdrawEvidenceApproval(evidence_id=item, revision=revision, reason="why")
        self.world.asked(command, person)

    @rule(item=ITEMS, revision=REVISIONS, person=PEOPLE)
    def claim(self, item: str, revision: int, person: Actor) -> None:
        self.world.asked(ClaimEvidenceReview(evidence_id=item, revision=revision), person)

    @rule(person=PEOPLE, outcome=strategies.sampled_from(["upheld", "revoked"]))
    def conclude_a_review(self, person: Actor, outcome: Any) -> None:
        command = ConcludeReview(accreditation_id=ACCREDITATION_ID, outcome=outcome, reason="why")
        self.world.asked(command, person)

    @invariant()
    def what_comes_once_comes_once(self) -> None:
        for kind in (
            PortfolioOpened,
            PortfolioSignedOff,
            CoverageNoted,
            AccreditationEarned,
            AccreditationGranted,
            AccreditationRevoked,
        ):
            assert len(self.world.of(kind)) <= 1, kind.__name__

    @invariant()
    def a_signature_needs_every_essential_slot_settled(self) -> None:
        settled: set[str] = set()
        excepted: set[str] = set()
        for event in self.world.history:
            if isinstance(event, SlotFilled | RequirementExcepted):
                settled.add(event.requirement_key)
            if isinstance(event, SlotReopened):
                settled.discard(event.requirement_key)
            if isinstance(event, RequirementExcepted):
                excepted.add(event.requirement_key)
            settled |= excepted
            if isinstance(event, ManagerAttested | FacilitatorSigned | PortfolioReadyForSignOff):
                assert settled >= ESSENTIAL

    @invariant()
    def signed_off_means_both_have_signed_and_both_means_signed_off(self) -> None:
        managers, facilitators = self.world.of(ManagerAttested), self.world.of(FacilitatorSigned)
        signed_off = self.world.of(PortfolioSignedOff)
        portfolio = self.world.known(Portfolio, PORTFOLIO_ID)
        both = bool(portfolio.manager_person_id and portfolio.facilitator_person_id)
        assert bool(signed_off) == both
        for event in signed_off:
            assert event.manager_person_id == managers[-1].manager_person_id
            assert event.facilitator_person_id == facilitators[-1].facilitator_person_id
            assert event.manager_person_id != event.facilitator_person_id

    @invariant()
    def earned_means_signed_off_and_covered_and_both_means_earned(self) -> None:
        portfolio = self.world.known(Portfolio, PORTFOLIO_ID)
        whole = portfolio.opened and not unmet(portfolio, REQUIREMENTS)
        assert not whole or portfolio.earned
        if self.world.of(AccreditationEarned):
            assert self.world.of(PortfolioSignedOff)
            assert self.world.of(CoverageNoted)

    @invariant()
    def what_shakes_an_award_puts_it_under_review_and_revokes_nothing(self) -> None:
        told = {event.cause_event_id for event in self.world.of(AccreditationPutUnderReview)}
        assert told <= {event.cause_event_id for event in self.world.of(SlotReopened) if event.under_award}
        accreditation = self.world.known(Accreditation, ACCREDITATION_ID)
        assert (accreditation.status == "revoked") == bool(self.world.of(AccreditationRevoked))

    @invariant()
    def a_slot_has_an_item_that_is_approved_or_about_to_be_taken_out(self) -> None:
        portfolio = self.world.known(Portfolio, PORTFOLIO_ID)
        withdrawn = {event.evidence_id for event in self.world.of(EvidenceApprovalWithdrawn)}
        for item in portfolio.approved.values():
            assert self.world.known(Evidence, item).status == "approved" or item in withdrawn

    @invariant()
    def an_approval_names_the_revision_that_waits_and_is_its_only_decision(self) -> None:
        waiting: dict[str, EvidenceSubmitted] = {}
        claims: dict[str, str] = {}
        for event in self.world.history:
            if isinstance(event, EvidenceSubmitted):
                assert event.evidence_id not in waiting
                waiting[event.evidence_id] = event
            if isinstance(event, EvidenceReviewClaimed):
                claims[event.evidence_id] = event.facilitator_person_id
            if isinstance(event, EvidenceApproved | EvidenceReturned):
                claimant = claims.pop(event.evidence_id, event.facilitator_person_id)
                assert event.facilitator_person_id == claimant
                decided = waiting.pop(event.evidence_id)
                assert event.revision == decided.revision
                assert event.facilitator_person_id not in (event.author_person_id, decided.submitted_by)

    @invariant()
    def a_filled_slot_was_approved_in_that_revision(self) -> None:
        approved = {
            (event.evidence_id, event.requirement_key, event.revision) for event in self.world.of(EvidenceApproved)
        }
        filled = {(event.evidence_id, event.requirement_key, event.revision) for event in self.world.of(SlotFilled)}
        assert filled <= approved


Portfolios.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestPortfoliosKeepTheirPromises = Portfolios.TestCase
