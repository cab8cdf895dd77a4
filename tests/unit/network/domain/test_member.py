from datetime import UTC, date, datetime

import pytest

from services.network.domain.member import Member, identity, member_id
from services.network.domain.member_commands import (
    AlreadyAMember,
    GiveSharingConsent,
    InviteMember,
    InvitePerson,
    JoinNetwork,
    LeaveNetwork,
    LeftByChoice,
    NotAMember,
    NotYourself,
    ReviseProfile,
    UnknownWording,
    WithdrawSharingConsent,
)
from services.network.service import MEMBERS
from shared.chassis.declarations.facts import Actor
from shared.events.network import (
    MemberInvited,
    MemberJoined,
    MemberLeft,
    ProfileRevised,
    SharingConsentGiven,
    SharingConsentWithdrawn,
)
from tests.support.scenario import Scenario

ANN = Actor(kind="person", id="ann", roles=frozenset({"member"}), regions=frozenset({"north-west"}))
BEN = Actor(kind="person", id="ben", roles=frozenset({"member"}), regions=frozenset({"north-west"}))
DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
member = Scenario(MEMBERS, now=DAY, actor=ANN, looked_up={"wordings": frozenset({"w1", "w2"})})

invite = InviteMember(member_id="m1", person_id="ann", source="champion-award")
join = JoinNetwork(member_id="m1", person_id="ann", background="nurse", sector="health", area="camden")
revise = ReviseProfile(member_id="m1", background="carer", sector="carers", area="brent", interests=("grief",))
invite_person = InvitePerson(member_id="m1", person_id="ann")
leave = LeaveNetwork(member_id="m1")
share_phone = GiveSharingConsent(member_id="m1", fields=("phone",), audience="region", wording_version="w1")
withdraw_phone = WithdrawSharingConsent(member_id="m1", fields=("phone",))

invited = MemberInvited(member_id="m1", person_id="ann", source="champion-award")
joined = MemberJoined(
    member_id="m1",
    person_id="ann",
    source="open-call",
    background="nurse",
    sector="health",
    area="camden",
    joined_on=DAY.date(),
)
revised = ProfileRevised(
    member_id="m1", person_id="ann", background="carer", sector="carers", area="brent", interests=("grief",)
)
left = MemberLeft(member_id="m1", person_id="ann", left_on=DAY.date())
phone_shared = SharingConsentGiven(
    member_id="m1",
    person_id="ann",
    fields=("phone",),
    audience="region",
    wording_version="w1",
    given_on=DAY.date(),
)
phone_withdrawn = SharingConsentWithdrawn(member_id="m1", person_id="ann", fields=("phone",), withdrawn_on=DAY.date())
name_shared = phone_shared.model_copy(update={"fields": ("name",)})


def test_somebody_new_is_invited() -> None:
    member.when(invite).then(invited)


@pytest.mark.parametrize("history", [(invited,), (joined,), (invited, joined), (joined, left)])
def test_whoever_is_in_or_was_asked_or_left_is_not_asked_again(history: tuple[MemberJoined, ...]) -> None:
    member.given(*history).when(invite).then_nothing()


def test_anybody_joins_from_the_open_call_without_any_home() -> None:
    member.when(join).then(joined)


def test_late_on_a_summer_evening_the_day_is_the_one_on_the_wall() -> None:
    late, day = member.at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)), date(2026, 7, 1)
    late.when(join).then(joined.model_copy(update={"joined_on": day}))
    late.given(joined).when(share_phone).then(phone_shared.model_copy(update={"given_on": day}))
    withdrawn = phone_withdrawn.model_copy(update={"withdrawn_on": day})
    late.given(joined, phone_shared).when(leave).then(withdrawn, left.model_copy(update={"left_on": day}))


def test_an_invited_person_joins_from_the_invitation() -> None:
    from_award = joined.model_copy(update={"source": "champion-award"})
    member.given(invited).when(join).then(from_award)


def test_nobody_joins_for_somebody_else() -> None:
    member.by(BEN).when(join).then_refused(NotYourself)


def test_joining_twice_is_joining_once() -> None:
    member.given(joined).when(join).then_nothing()


def test_a_member_revises_a_profile_instead_of_joining_with_another_one() -> None:
    member.given(joined).when(join.model_copy(update={"area": "brent"})).then_refused(AlreadyAMember)


def test_who_left_may_join_again_and_shares_nothing_at_first() -> None:
    answer = member.given(invited, joined, phone_shared, phone_withdrawn, left).when(join).then(joined)
    assert answer.state.consents == {}


def test_of_who_left_nothing_is_known_that_they_said_about_themselves() -> None:
    talkative = member.given(joined, revised, phone_shared, phone_withdrawn, left)
    assert talkative.state == Member(person_id="ann", status="left")


def test_a_member_revises_the_profile() -> None:
    answer = member.given(joined).when(revise).then(revised)
    assert answer.state.interests == ("grief",)


def test_the_same_profile_twice_is_revised_once() -> None:
    member.given(joined, revised).when(revise).then_nothing()


@pytest.mark.parametrize("history", [(invited,), (joined, left)])
@pytest.mark.parametrize("command", [revise, share_phone])
def test_only_a_member_revises_a_profile_and_shares(history: tuple[MemberJoined, ...], command: ReviseProfile) -> None:
    member.given(*history).when(command).then_refused(NotAMember)


def test_a_consent_is_dated_and_names_its_wording() -> None:
    member.given(joined).when(share_phone).then(phone_shared)


def test_the_same_consent_twice_is_given_once() -> None:
    member.given(joined, phone_shared).when(share_phone).then_nothing()


@pytest.mark.parametrize("change", [{"audience": "group"}, {"wording_version": "w2"}])
def test_another_audience_or_wording_replaces_the_consent(change: dict[str, str]) -> None:
    answer = member.given(joined, phone_shared).when(share_phone.model_copy(update=change))
    answer.then(phone_shared.model_copy(update=change))
    assert list(answer.state.consents) == ["phone"]


def test_nobody_consents_for_somebody_else() -> None:
    member.given(joined).by(BEN).when(share_phone).then_refused(NotYourself)


def test_a_consent_under_a_wording_nobody_knows_is_refused() -> None:
    command = share_phone.model_copy(update={"wording_version": "w9"})
    member.given(joined).when(command).then_refused(UnknownWording, field="wording_version")


def test_a_consent_is_withdrawn_and_membership_goes_on() -> None:
    answer = member.given(joined, name_shared, phone_shared).when(withdraw_phone).then(phone_withdrawn)
    assert list(answer.state.consents) == ["name"]
    assert answer.state.status == "joined"


@pytest.mark.parametrize("history", [(), (joined,), (joined, phone_shared, phone_withdrawn)])
def test_withdrawing_what_is_not_shared_is_done_already(history: tuple[MemberJoined, ...]) -> None:
    member.given(*history).when(withdraw_phone).then_nothing()


def test_one_act_for_several_fields_is_one_receipt() -> None:
    both = share_phone.model_copy(update={"fields": ("phone", "area", "phone")})
    answer = member.given(joined).when(both).then(phone_shared.model_copy(update={"fields": ("phone", "area")}))
    assert list(answer.state.consents) == ["phone", "area"]


def test_what_was_agreed_to_before_is_not_agreed_to_again() -> None:
    both = share_phone.model_copy(update={"fields": ("phone", "area")})
    member.given(joined, phone_shared).when(both).then(phone_shared.model_copy(update={"fields": ("area",)}))


def test_several_fields_are_withdrawn_in_one_act() -> None:
    everything = withdraw_phone.model_copy(update={"fields": ("phone", "email", "name")})
    answer = member.given(joined, name_shared, phone_shared).when(everything)
    answer.then(phone_withdrawn.model_copy(update={"fields": ("phone", "name")}))
    assert answer.state.consents == {}


def test_a_consent_given_for_one_field_before_there_were_several_still_counts() -> None:
    raised = SharingConsentGiven.upcasts[1]({"member_id": "m1", "person_id": "ann", "field": "phone"})
    assert raised == {"member_id": "m1", "person_id": "ann", "fields": ["phone"]}


def test_staff_invite_somebody_they_know() -> None:
    member.when(invite_person).then(invited.model_copy(update={"source": "personal-invitation"}))


def test_whoever_was_invited_is_not_invited_again() -> None:
    member.given(invited).when(invite_person).then_nothing()


def test_a_member_is_not_invited() -> None:
    member.given(joined).when(invite_person).then_refused(AlreadyAMember)


def test_who_left_is_not_asked_again_by_anybody() -> None:
    member.given(joined, left).when(invite_person).then_refused(LeftByChoice)


def test_a_carer_joins_without_home_or_background_or_sector() -> None:
    carer = JoinNetwork(member_id="m1", person_id="ann", area="camden")
    bare = joined.model_copy(update={"background": "not-stated", "sector": "not-stated"})
    member.when(carer).then(bare)


def test_a_member_says_on_joining_where_they_work_and_what_interests_them() -> None:
    telling = join.model_copy(update={"setting": "domiciliary", "interests": ("grief",)})
    answer = member.when(telling)
    answer.then(joined.model_copy(update={"setting": "domiciliary", "interests": ("grief",)}))
    assert (answer.state.setting, answer.state.interests) == ("domiciliary", ("grief",))


def test_leaving_ends_every_consent_first() -> None:
    answer = member.given(joined, name_shared, phone_shared).when(leave)
    answer.then(phone_withdrawn.model_copy(update={"fields": ("name", "phone")}), left)
    assert answer.state.consents == {}


@pytest.mark.parametrize("history", [(), (invited,), (joined, left)])
def test_who_is_no_member_has_left_already(history: tuple[MemberJoined, ...]) -> None:
    member.given(*history).when(leave).then_nothing()


def test_a_person_is_a_member_once_in_each_region() -> None:
    assert identity(join, "north-west") == identity(invite, "north-west") == member_id("north-west", "ann")
    assert identity(join, "north-west") != identity(join, "wales")


def test_nothing_is_known_of_a_person_at_first() -> None:
    assert Member().status == "unknown"
