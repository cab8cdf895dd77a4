"""Renewing: reminded of by the clock, begun in time or soon after a lapse, earned by what is renewable."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.portfolio.domain.accreditation import LapseAccreditation
from services.portfolio.domain.portfolio_state import ConflictOfInterest, PortfolioLocked
from services.portfolio.domain.reaccreditation import (
    NothingToRenew,
    RemindOfRenewal,
    RenewAccreditation,
    StartRenewal,
    TooEarlyToRenew,
    TooLateToRenew,
)
from services.portfolio.domain.renewal import AttestRenewal, NoRenewal, OpenRenewal, SignOffRenewal
from services.portfolio.domain.requirements import RequirementsNotHereYet
from services.portfolio.domain.sign_off import AlreadySigned, NotReady, OneSignatory, WrongWording
from services.portfolio.domain.slots import FillSlot, ReopenSlots
from shared.chassis.declarations.facts import Actor
from shared.chassis.declarations.state import replace
from shared.events.portfolio import (
    AccreditationLapsed,
    AccreditationRenewed,
    ReaccreditationDue,
    ReaccreditationStarted,
    RenewalAttested,
    RenewalEarned,
    RenewalOpened,
    RenewalSigned,
    SlotRenewed,
    SlotReopened,
)
from tests.unit.portfolio.given import (
    ACCREDITATION_ID,
    ATTESTED,
    COLLEAGUE,
    COVERED,
    EARNED,
    ENROLMENT_ID,
    FACILITATOR,
    HOME_ID,
    MANAGER,
    PORTFOLIO_ID,
    READY,
    RECORD,
    REQUIREMENTS,
    SIGNED,
    SIGNED_OFF,
    STATEMENT,
    accreditation,
    filled,
    granted,
    opened,
)

RENEWABLE = replace(
    REQUIREMENTS,
    requirements=(STATEMENT.model_copy(update={"renewable": True}), *REQUIREMENTS.requirements[1:]),
)
START = StartRenewal(accreditation_id=ACCREDITATION_ID)
held = accreditation.given(granted())
LAPSED = AccreditationLapsed(accreditation_id=ACCREDITATION_ID, home_id=HOME_ID, lapsed_on=date(2027, 10, 14))


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 8, tzinfo=UTC)


def remind(day: date) -> RemindOfRenewal:
    return RemindOfRenewal(accreditation_id=ACCREDITATION_ID, on=day)


def reminded(number: int) -> ReaccreditationDue:
    days = granted().reminders_on
    return ReaccreditationDue(
        accreditation_id=ACCREDITATION_ID,
        home_id=HOME_ID,
        home_name="Bryn Awel",
        enrolment_id=ENROLMENT_ID,
        signatory_person_id=MANAGER.id,
        on=days[number],
        valid_to=date(2027, 9, 13),
        due=number == 2,
        reminders_left=days[number + 1 :],
    )


def test_reminders_come_once_each_and_from_the_last_on_it_is_due() -> None:
    known = held
    for number, day in enumerate(granted().reminders_on):
        later = known.at(datetime.combine(day, datetime.min.time(), UTC))
        status = later.when(remind(day)).then(reminded(number)).state.status
        assert status == ("due" if number == 2 else "granted")
        known = known.given(reminded(number))
        later.given(reminded(number)).when(remind(day)).then_nothing()


def test_nobody_is_reminded_early_or_of_what_has_lapsed() -> None:
    day = granted().reminders_on[0]
    held.at(on(2027, 3, 16)).when(remind(day)).then_nothing()
    held.given(LAPSED).at(on(2027, 12, 1)).when(remind(day)).then_nothing()


def test_what_is_due_lapses_after_its_grace() -> None:
    due = held.given(*(reminded(number) for number in range(3)))
    lapse = LapseAccreditation(accreditation_id=ACCREDITATION_ID)
    due.at(on(2027, 10, 13)).when(lapse).then_nothing()
    assert due.at(on(2027, 10, 14)).when(lapse).then(LAPSED).state.status == "lapsed"


def test_a_renewal_begins_once_within_its_window() -> None:
    begun = held.at(on(2027, 3, 17)).by(MANAGER).when(START).then_happened(ReaccreditationStarted)
    held.given(*begun.events).at(on(2027, 3, 18)).when(START).then_nothing()
    assert begun.state.cycle == 1


def test_it_is_too_early_before_and_too_late_after() -> None:
    held.at(on(2027, 3, 16)).when(START).then_refused(TooEarlyToRenew, renewable_from="2027-03-17")
    back = held.given(LAPSED)
    back.at(on(2028, 9, 13)).when(START).then_happened(ReaccreditationStarted)
    back.at(on(2028, 9, 14)).when(START).then_refused(TooLateToRenew, renewable_until="2028-09-13")
    accreditation.when(START).then_refused(NothingToRenew)


def renew(earned_on: date, cycle: int = 2) -> RenewAccreditation:
    return RenewAccreditation(
        accreditation_id=ACCREDITATION_ID, cycle=cycle, earned_on=earned_on, agrees_to_public_register=False
    )


def test_no_day_is_lost_by_renewing_early() -> None:
    early = held.at(on(2027, 8, 1)).when(renew(date(2027, 8, 1)))
    renewed = early.then_happened(AccreditationRenewed).events[0]
    assert isinstance(renewed, AccreditationRenewed)
    assert (renewed.valid_from, renewed.valid_to) == (date(2027, 9, 14), date(2028, 9, 13))
    assert renewed.certificate_number != granted().certificate_number
    again = held.given(renewed)
    again.when(renew(date(2027, 8, 2))).then_nothing()
    again.at(on(2027, 10, 14)).when(LapseAccreditation(accreditation_id=ACCREDITATION_ID)).then_nothing()


def test_after_a_lapse_it_begins_anew_from_the_day_it_is_earned() -> None:
    back = held.given(LAPSED).at(on(2027, 12, 1)).when(renew(date(2027, 12, 1)))
    state = back.then_happened(AccreditationRenewed).state
    assert (state.status, state.valid_from, state.valid_to) == ("granted", date(2027, 12, 1), date(2028, 11, 30))


def test_nothing_is_renewed_that_was_never_granted_or_by_rules_that_are_not_here() -> None:
    accreditation.when(renew(date(2027, 8, 1))).then_nothing()
    held.knowing(requirements=None).when(renew(date(2027, 8, 1))).then_refused(RequirementsNotHereYet)


# In the portfolio

signed_off = opened.given(filled(STATEMENT), filled(RECORD), READY, ATTESTED, SIGNED, SIGNED_OFF, COVERED, EARNED)
awarded = signed_off.knowing(requirements=RENEWABLE)
OPEN = OpenRenewal(portfolio_id=PORTFOLIO_ID, cycle=2)
OPENED = RenewalOpened(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    cycle=2,
    requirement_keys=(STATEMENT.key,),
)
FRESH = FillSlot(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    home_id=HOME_ID,
    requirement_key=STATEMENT.key,
    evidence_id="fresh",
    revision=1,
)
RENEWED = SlotRenewed(
    portfolio_id=PORTFOLIO_ID,
    enrolment_id=ENROLMENT_ID,
    cycle=2,
    requirement_key=STATEMENT.key,
    evidence_id="fresh",
    revision=1,
    left=0,
)
ATTEST = AttestRenewal(portfolio_id=PORTFOLIO_ID, wording_version="attestation-1", agrees_to_public_register=True)
SIGN = SignOffRenewal(portfolio_id=PORTFOLIO_ID)
renewing = awarded.given(OPENED)
fresh = renewing.given(RENEWED)


def test_a_renewal_asks_for_what_is_renewable_and_leaves_the_rest_approved() -> None:
    state = awarded.when(OPEN).then(OPENED).state
    assert state.taking == {STATEMENT.key}
    assert state.approved.keys() == {STATEMENT.key, RECORD.key}
    state.must_take((STATEMENT.key,))
    with pytest.raises(PortfolioLocked):
        state.must_take((RECORD.key,))
    renewing.when(OPEN).then_nothing()
    opened.knowing(requirements=RENEWABLE).when(OPEN).then_nothing()


def test_fresh_evidence_stands_beside_the_earlier_item() -> None:
    state = renewing.when(FRESH).then(RENEWED).state
    assert state.approved[STATEMENT.key] == f"evidence-for-{STATEMENT.key}"
    assert state.taking == set()
    earlier = FRESH.model_copy(update={"evidence_id": f"evidence-for-{STATEMENT.key}"})
    renewing.when(earlier).then_nothing()


def test_both_sign_again_in_either_order_and_it_is_earned_once() -> None:
    first = fresh.by(MANAGER).when(ATTEST).then_happened(RenewalAttested)
    fresh.given(*first.events).by(FACILITATOR).when(SIGN).then_happened(RenewalSigned, RenewalEarned)
    other = fresh.by(FACILITATOR).when(SIGN).then_happened(RenewalSigned)
    both = fresh.given(*other.events).by(MANAGER).when(ATTEST).then_happened(RenewalAttested, RenewalEarned)
    done = fresh.given(*other.events, *both.events)
    done.by(MANAGER).when(ATTEST).then_nothing()
    done.by(FACILITATOR).when(SIGN).then_nothing()
    done.by(COLLEAGUE).when(SIGN).then_refused(AlreadySigned)


def test_nothing_is_signed_too_early_by_the_wrong_person_or_under_other_words() -> None:
    renewing.by(FACILITATOR).when(SIGN).then_refused(NotReady, missing=(STATEMENT.key,))
    renewing.by(MANAGER).when(ATTEST).then_refused(NotReady, missing=(STATEMENT.key,))
    awarded.by(FACILITATOR).when(SIGN).then_refused(NoRenewal)
    wrong = ATTEST.model_copy(update={"wording_version": "another"})
    fresh.by(MANAGER).when(wrong).then_refused(WrongWording, field="wording_version")
    both = Actor(kind="person", id="both", roles=frozenset({"facilitator"}), units=frozenset({HOME_ID}))
    fresh.by(both).when(SIGN).then_refused(ConflictOfInterest)
    first = fresh.by(MANAGER).when(ATTEST)
    outside = Actor(kind="person", id=MANAGER.id, roles=frozenset({"facilitator"}))
    fresh.given(*first.events).by(outside).when(SIGN).then_refused(OneSignatory)


def test_a_withdrawn_approval_of_fresh_evidence_opens_that_slot_and_tells_the_award() -> None:
    reopen = ReopenSlots(portfolio_id=PORTFOLIO_ID, evidence_id="fresh", cause_event_id="withdrawal-1")
    answer = fresh.when(reopen).then_happened(SlotReopened)
    assert answer.events[0].under_award  # type: ignore[attr-defined]  # the event is known from the step before
    assert answer.state.taking == {STATEMENT.key}
    assert answer.state.approved[STATEMENT.key] == f"evidence-for-{STATEMENT.key}"


def test_the_days_of_a_version_are_its_own() -> None:
    assert granted().reminders_on == tuple(date(2027, 9, 13) - timedelta(days=days) for days in (180, 90, 30))
