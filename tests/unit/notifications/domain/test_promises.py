"""Whatever is asked, in whatever order and however often: nobody is told twice, and nobody who left is told."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.notifications.domain.attempt import ClaimMessage, RequestAgain, SendAgain
from services.notifications.domain.audience import JoinAudience, LeaveAudience, LiftNotice, SetNotice, TellAudience
from services.notifications.domain.digest import Item, PlanDigest, TellDigest
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.notice import Seat
from services.notifications.domain.outcome import (
    RecordDeferred,
    RecordFailed,
    RecordReceipt,
    RecordSent,
    RecordUnconfirmed,
)
from services.notifications.domain.recipient import (
    NoteEnrolment,
    NoteFailure,
    ResumeRecipient,
    SetPreferences,
    recipient_id,
)
from services.notifications.service import AUDIENCES, DIGESTS, MESSAGES, RECIPIENTS
from shared.chassis.declarations.command import Command
from shared.events.notifications import (
    AudienceJoined,
    AudienceLeft,
    DigestTold,
    DigestWanted,
    MessageClaimed,
    MessageDelivered,
    MessageSent,
    MessageWanted,
    NoticeSet,
    RecipientResumed,
    RecipientUnreachable,
    SwitchedOff,
)
from tests.support.scenario import NOW, REGION, Scenario
from tests.unit.notifications.builders import COHORT, MESSAGE, notice_set, requested

ANN = recipient_id(REGION, "ann")
PEOPLE = st.sampled_from(("ann", "ben"))
NOTICES = st.sampled_from(("n1", "n2", "n3"))
THROUGH = st.sampled_from(("en1", "en2"))
HOURS = st.integers(min_value=0, max_value=60)
ATTEMPTS = st.integers(min_value=1, max_value=3)
PROFILE = settings(max_examples=25, stateful_step_count=25, deadline=None, derandomize=True)


class Asked(RuleBasedStateMachine):
    """Asks; every command is asked twice, the second time nothing may happen."""

    life: Any

    def ask(self, command: Command, **facts: Any) -> None:
        answer = self.life.when(command, facts=facts)
        self.life = self.life.given(*answer.events)
        again = self.life.when(command, facts=facts)
        assert again.events == ()
        assert (again.refusal is None) == (answer.refusal is None)

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        self.hours = getattr(self, "hours", 0) + hours
        self.life = self.life.at(NOW + timedelta(hours=self.hours))


class AudienceLife(Asked):
    """People come and go, notices are set, replaced, lifted and told."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Scenario(AUDIENCES).at(NOW)

    @rule(person=PEOPLE, through=THROUGH)
    def join(self, person: str, through: str) -> None:
        seat = Seat(person_id=person, role="representative", through=through)
        self.ask(JoinAudience(audience_id=COHORT, seats=(seat,)))

    @rule(person=PEOPLE, through=THROUGH)
    def leave(self, person: str, through: str) -> None:
        self.ask(LeaveAudience(audience_id=COHORT, through=through, person_id=person))

    @rule(notice=NOTICES, revision=st.integers(min_value=0, max_value=2), until=HOURS)
    def set(self, notice: str, revision: int, until: int) -> None:
        told = notice_set(notice_id=notice, revision=revision, source_event_id=f"{notice}-{revision}")
        command = SetNotice(**told.model_dump(exclude={"set_at"}))
        changes: dict[str, Any] = {"only_now": notice == "n1" and revision == 1}
        collect, tell_at = {"n2": "once"}.get(notice), NOW + timedelta(hours=until) if notice == "n3" else None
        changes |= {"collect": collect, "tell_at": tell_at, "valid_until": NOW + timedelta(hours=until + 12)}
        self.ask(command.model_copy(update=changes))

    @rule(notice=NOTICES)
    def lift(self, notice: str) -> None:
        self.ask(LiftNotice(audience_id=COHORT, notice_id=notice))

    @rule(notice=NOTICES)
    def tell(self, notice: str) -> None:
        self.ask(TellAudience(audience_id=COHORT, notice_id=notice))

    @invariant()
    def nobody_is_told_twice_of_one_setting_nor_without_a_seat(self) -> None:
        seated, told = Counter[str](), Counter[tuple[str, str]]()
        for event in self.life.history:
            match event:
                case AudienceJoined():
                    seated[event.person_id] += 1
                case AudienceLeft():
                    seated[event.person_id] -= 1
                case NoticeSet():
                    told = Counter({key: count for key, count in told.items() if key[0] != event.notice_id})
                case MessageWanted() | DigestWanted():
                    assert seated[event.recipient_person_id] > 0
                    told[event.notice_id, event.recipient_person_id] += 1
                case _:
                    pass
        assert all(count == 1 for count in told.values())


class MessageLife(Asked):
    """A message is requested, claimed, and whatever becomes of it is recorded, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Scenario(MESSAGES).at(NOW)

    @rule(suppressed=st.booleans())
    def request(self, suppressed: bool) -> None:
        left_out = {"template_id", "channel", "attempt", "requested_at"}
        self.ask(RequestMessage(**requested().model_dump(exclude=left_out)), suppressed=suppressed)

    @rule(attempt=ATTEMPTS)
    def again(self, attempt: int) -> None:
        self.ask(RequestAgain(message_id=MESSAGE, attempt=attempt))

    @rule(suppressed=st.booleans())
    def mended(self, suppressed: bool) -> None:
        self.ask(SendAgain(message_id=MESSAGE), suppressed=suppressed)

    @rule(attempt=ATTEMPTS)
    def claim(self, attempt: int) -> None:
        self.ask(ClaimMessage(message_id=MESSAGE, attempt=attempt))

    @rule(attempt=ATTEMPTS, what=st.integers(min_value=0, max_value=4))
    def record(self, attempt: int, what: int) -> None:
        about: dict[str, Any] = {"message_id": MESSAGE, "attempt": attempt}
        outcomes = (
            RecordSent(**about, template_origin="packaged", template_number=1, language="en"),
            RecordDeferred(**about, reason="provider-away"),
            RecordFailed(**about, reason="address-refused"),
            RecordUnconfirmed(**about),
            RecordReceipt(message_id=MESSAGE, receipt="delivered"),
        )
        self.ask(outcomes[what])

    @invariant()
    def leaves_once_and_only_when_claimed(self) -> None:
        told = [type(event) for event in self.life.history]
        claims = [event.attempt for event in self.life.history if isinstance(event, MessageClaimed)]
        assert len(claims) == len(set(claims))
        assert told.count(MessageSent) <= min(1, len(claims))
        assert told.count(MessageDelivered) <= 1


class DigestLife(Asked):
    """A digest is planned and told while things come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Scenario(DIGESTS).at(NOW)
        self.open: set[str] = set()

    @rule(notice=NOTICES)
    def comes(self, notice: str) -> None:
        self.open.add(notice)
        self.ask(PlanDigest(digest_id=ANN, person_id="ann", audience_id="a1"))

    @rule(notice=NOTICES)
    def goes(self, notice: str) -> None:
        if notice == "n3":
            self.open.discard(notice)

    @rule()
    def tell(self) -> None:
        moment = self.life.state.tell_at
        if moment is not None:
            self.hours = max(getattr(self, "hours", 0), int((moment - NOW).total_seconds() // 3600) + 1)
            self.life = self.life.at(NOW + timedelta(hours=self.hours))
            self.ask(TellDigest(digest_id=ANN, tell_at=moment), items=tuple(map(self._item, sorted(self.open))))

    def _item(self, notice: str) -> Item:
        collect: Any = "until-lifted" if notice == "n3" else "once"
        until = NOW + timedelta(days=9_000)
        return Item(notice_id=notice, audience_id="a1", about=(notice,), collect=collect, valid_until=until)

    @invariant()
    def what_is_told_once_is_told_once(self) -> None:
        told = [event for event in self.life.history if isinstance(event, DigestTold)]
        approved = Counter(about for event in told for about in event.approved)
        assert all(count == 1 for count in approved.values())
        assert all(event.waiting or event.approved for event in told)
        assert len({event.told_at for event in told}) == len(told)


class RecipientLife(Asked):
    """An address fails and is seen to, preferences are set."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Scenario(RECIPIENTS).at(NOW)

    @rule(message=NOTICES, reason=st.sampled_from(("address-refused", "no-address")))
    def fail(self, message: str, reason: Any) -> None:
        self.ask(NoteFailure(recipient_id=ANN, person_id="ann", message_id=message, reason=reason))

    @rule()
    def resume(self) -> None:
        self.ask(ResumeRecipient(recipient_id=ANN))

    @rule(enrolment=NOTICES)
    def note(self, enrolment: str) -> None:
        self.ask(NoteEnrolment(recipient_id=ANN, person_id="ann", enrolment_id=enrolment))

    @rule(
        off=st.sets(st.sampled_from(("reminder", "progress", "service"))), digest=st.sampled_from(("daily", "weekly"))
    )
    def prefer(self, off: set[Any], digest: Any) -> None:
        told = tuple(SwitchedOff(category=category) for category in sorted(off))
        self.ask(SetPreferences(recipient_id=ANN, person_id="ann", off=told, digest=digest))

    @invariant()
    def is_reported_once_until_seen_to_and_always_served(self) -> None:
        reported = 0
        for event in self.life.history:
            reported = 0 if isinstance(event, RecipientResumed) else reported + isinstance(event, RecipientUnreachable)
            assert reported <= 1
        assert self.life.state.wants("service")


TestAudience, TestMessage = AudienceLife.TestCase, MessageLife.TestCase
TestDigest, TestRecipient = DigestLife.TestCase, RecipientLife.TestCase
TestAudience.settings = TestMessage.settings = TestDigest.settings = TestRecipient.settings = PROFILE
