"""What shakes an accreditation: a person looks, nothing is revoked by itself; and who is on the register."""

from services.portfolio.domain.doubt import (
    AwardNotSupported,
    ChooseRegisterListing,
    ConcludeReview,
    NotAccredited,
    NoteRepresentation,
    NotUnderReview,
    PutUnderReview,
)
from services.portfolio.domain.portfolio_state import ConflictOfInterest
from shared.chassis.declarations.state import replace
from shared.events.portfolio import (
    AccreditationAtRisk,
    AccreditationPutUnderReview,
    AccreditationRevoked,
    AccreditationRiskCleared,
    AccreditationUpheld,
    RegisterListingChosen,
)
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    ATTESTED,
    COVERED,
    EARNED,
    FACILITATOR,
    READY,
    RECORD,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    accreditation,
    filled,
    granted,
    opened,
)

WHOLE = opened.given(filled(STATEMENT), filled(RECORD), READY, ATTESTED, SIGNED, SIGNED_OFF, COVERED, EARNED).state
SHAKEN = replace(WHOLE, approved={RECORD.key: "item"})
PUT = PutUnderReview(accreditation_id=ACCREDITATION_ID, reason="attendance-voided", cause_event_id="void-1")
held = accreditation.given(granted()).knowing(portfolio=WHOLE).by(FACILITATOR)
REVIEW = held.when(PUT).events
UPHOLD = ConcludeReview(accreditation_id=ACCREDITATION_ID, outcome="upheld", reason="A catch-up made it good")
REVOKE = UPHOLD.model_copy(update={"outcome": "revoked"})
reviewed = held.given(*REVIEW)


def test_an_accreditation_goes_under_review_once_for_each_cause_and_keeps_its_status() -> None:
    state = held.when(PUT).then_happened(AccreditationPutUnderReview).state
    assert (state.status, state.under_review_since, state.review_cause_event_ids) == (
        "granted",
        held.now.date(),
        ("void-1",),
    )
    reviewed.when(PUT).then_nothing()
    other = PUT.model_copy(update={"cause_event_id": "withdrawal-1", "reason": "approval-withdrawn"})
    reviewed.when(other).then_happened(AccreditationPutUnderReview)


def test_what_was_never_granted_is_not_reviewed() -> None:
    accreditation.when(PUT).then_nothing()


def test_a_person_upholds_what_is_whole_again() -> None:
    state = reviewed.when(UPHOLD).then_happened(AccreditationUpheld).state
    assert (state.status, state.under_review_since) == ("granted", None)


def test_what_lacks_a_condition_cannot_be_upheld_and_is_named() -> None:
    shaken = reviewed.knowing(portfolio=SHAKEN)
    shaken.when(UPHOLD).then_refused(AwardNotSupported, unmet=(f"requirement:{STATEMENT.key}",))


def test_a_person_may_take_it_back_with_a_reason() -> None:
    assert reviewed.when(REVOKE).then_happened(AccreditationRevoked).state.status == "revoked"


def test_nobody_concludes_a_review_of_their_own_home_or_one_that_is_none() -> None:
    own = reviewed.knowing(portfolio=replace(WHOLE, representatives=frozenset({FACILITATOR.id})))
    own.when(UPHOLD).then_refused(ConflictOfInterest)
    held.when(UPHOLD).then_refused(NotUnderReview)


def test_a_home_without_representatives_is_at_risk_until_it_has_one_again() -> None:
    lost = NoteRepresentation(accreditation_id=ACCREDITATION_ID, represented=False)
    back = lost.model_copy(update={"represented": True})
    risk = held.when(lost).then_happened(AccreditationAtRisk)
    assert (risk.state.status, risk.state.at_risk_since) == ("granted", held.now.date())
    at_risk = held.given(*risk.events)
    at_risk.when(lost).then_nothing()
    assert at_risk.when(back).then_happened(AccreditationRiskCleared).state.at_risk_since is None
    held.when(back).then_nothing()
    accreditation.when(lost).then_nothing()


def test_what_is_granted_to_a_home_without_representatives_is_at_risk_from_the_start() -> None:
    alone = accreditation.given(granted().model_copy(update={"represented": False}))
    assert alone.state.at_risk_since == granted().valid_from


def test_the_home_says_anew_whether_the_register_shows_it() -> None:
    hide = ChooseRegisterListing(accreditation_id=ACCREDITATION_ID, agrees=False)
    assert not held.when(hide).then_happened(RegisterListingChosen).state.agrees_to_public_register
    held.when(hide.model_copy(update={"agrees": True})).then_nothing()
    accreditation.when(hide).then_refused(NotAccredited)
