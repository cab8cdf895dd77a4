"""Whatever a member is asked, in whatever order: shown is exactly what a live consent covers, and searched no more."""

from collections.abc import Mapping
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.network.domain.member import PROFILE
from services.network.domain.member_commands import (
    GiveSharingConsent,
    InviteMember,
    InvitePerson,
    JoinNetwork,
    LeaveNetwork,
    ReviseProfile,
    WithdrawSharingConsent,
)
from services.network.service import MEMBERS
from services.network.views.directory import DirectoryRow
from shared.chassis.declarations.command import Command
from shared.events.network import Audience, MemberInvited, SharedField, SharingConsentGiven, SharingConsentWithdrawn
from tests.support.scenario import Answer, Scenario
from tests.unit.network.entries import ANN, NEIGHBOUR, STRANGER, envelope, row_after, shown

WHO: Mapping[str, Any] = {"member_id": "m1", "person_id": "ann"}
FIELDS = st.lists(st.sampled_from(get_args(SharedField)), min_size=1, max_size=4).map(tuple)
AREAS = st.sampled_from(("camden", "brent"))


class Membership(RuleBasedStateMachine):
    """Asks for anything at any time. `live` is the simplest diary of what was agreed to; None: no member."""

    @initialize()
    def begin(self) -> None:
        self.life = Scenario(MEMBERS, now=envelope().time, actor=ANN).knowing(wordings=frozenset({"w1", "w2"}))
        self.live: dict[str, str] | None = None

    def ask(self, command: Command) -> Answer:
        answer = self.life.when(command)
        self.life = self.life.given(*answer.events)
        again = self.life.when(command)
        assert again.events == ()
        assert (again.refusal is None) == (answer.refusal is None) or isinstance(command, InvitePerson)
        return answer

    @rule(source=st.sampled_from(("champion-award", "gathering")))
    def invite(self, source: Any) -> None:
        self.ask(InviteMember(**WHO, source=source))

    @rule()
    def invite_person(self) -> None:
        self.ask(InvitePerson(**WHO))

    @rule(area=AREAS)
    def join(self, area: str) -> None:
        if self.ask(JoinNetwork(**WHO, background="nurse", sector="health", area=area)).refusal is None:
            self.live = {} if self.live is None else self.live

    @rule(area=AREAS)
    def revise(self, area: str) -> None:
        self.ask(ReviseProfile(member_id="m1", background="carer", sector="carers", area=area, interests=("grief",)))

    @rule()
    def leave(self) -> None:
        self.ask(LeaveNetwork(member_id="m1"))
        self.live = None

    @rule(fields=FIELDS, audience=st.sampled_from(get_args(Audience)), wording=st.sampled_from(("w1", "w2")))
    def share(self, fields: tuple[SharedField, ...], audience: Audience, wording: str) -> None:
        self.ask(GiveSharingConsent(member_id="m1", fields=fields, audience=audience, wording_version=wording))
        if self.live is not None:
            self.live |= dict.fromkeys(fields, audience)

    @rule(fields=FIELDS)
    def take_back(self, fields: tuple[SharedField, ...]) -> None:
        self.ask(WithdrawSharingConsent(member_id="m1", fields=fields))
        if self.live is not None:
            self.live = {field: to for field, to in self.live.items() if field not in fields}

    @invariant()
    def is_shown_exactly_under_a_live_consent(self) -> None:
        row = self._row()
        assert _shown(shown(row, STRANGER)) == self._visible(row, {"all"})
        assert _shown(shown(row, NEIGHBOUR)) == self._visible(row, {"all", "region"})

    @invariant()
    def is_found_by_nothing_that_a_neighbour_would_not_see(self) -> None:
        row = self._row()
        found = {name for name in PROFILE if row is not None and getattr(row, name)}
        assert found == self._visible(row, {"all", "region"}) & PROFILE

    @invariant()
    def is_asked_once_and_every_consent_ends_once(self) -> None:
        live: set[str] = set()
        for event in self.life.history:
            if isinstance(event, SharingConsentGiven):
                live |= set(event.fields)
            if isinstance(event, SharingConsentWithdrawn):
                assert set(event.fields) <= live
                live -= set(event.fields)
        assert live == set(self.life.state.consents)
        assert sum(isinstance(event, MemberInvited) for event in self.life.history) <= 1

    def _row(self) -> DirectoryRow | None:
        return row_after([event for event in self.life.history if not isinstance(event, MemberInvited)])  # type: ignore[misc]  # events of one member

    def _visible(self, row: DirectoryRow | None, audiences: set[str]) -> set[str]:
        agreed = {field for field, audience in (self.live or {}).items() if audience in audiences}
        untold = {name for name in PROFILE if row is None or not getattr(row.profile, name)}
        return agreed - untold


def _shown(entry: Mapping[str, Any] | None) -> set[str]:
    return {*entry["shared"], *(name for name in PROFILE if entry[name])} if entry else set()


Membership.TestCase.settings = settings(max_examples=50, stateful_step_count=20, deadline=None, derandomize=True)
TestMembership = Membership.TestCase
