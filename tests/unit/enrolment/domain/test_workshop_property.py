"""Whatever a workshop is asked, in whatever order and however often: one state of each person, revisions that rise."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.enrolment.domain.catch_up import CatchUp
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import CancelWorkshop, GoOnline, MoveWorkshop
from services.enrolment.domain.signing import SignRegister
from services.enrolment.domain.syncing import DeviceEntry, SyncRegister
from services.enrolment.domain.voiding import VoidAttendance
from services.enrolment.domain.walk_ins import ReconcileWalkIn, RecordWalkIn
from services.enrolment.domain.workshop_state import attendance_id
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.chassis.declarations.command import Command
from shared.events.enrolment import (
    AttendanceVoided,
    RegisterAmended,
    RegisterClosed,
    RegisterSigned,
    WorkshopAttended,
    WorkshopCancelled,
    WorkshopMissed,
    WorkshopMoved,
    WorkshopWentOnline,
)
from tests.support.enrolment_story import PLACED, SCHEDULED, WORKSHOP_ENDS, WORKSHOP_STARTS
from tests.support.scenario import Scenario

ID: Mapping[str, Any] = {"workshop_id": "workshop-s1"}
PEOPLE = st.sampled_from(("anna", "ben"))
STATUSES = st.sampled_from(("attended", "part", "absent", "apologies"))
REASONS = st.sampled_from((None, "came-late"))
ENROLMENT = Scenario(ENROLMENTS).given(*PLACED).state


class WorkshopLife(RuleBasedStateMachine):
    """Asks for anything at any time; every command is asked twice, the second time nothing may happen."""

    @initialize(days=st.sampled_from((0, 3, 30)))
    def begin(self, days: int) -> None:
        at = WORKSHOP_ENDS + timedelta(days=days)
        self.life = Scenario(WORKSHOPS).given(SCHEDULED).knowing(enrolments={"enrolment-1": ENROLMENT}).at(at)

    def ask(self, command: Command) -> None:
        answer = self.life.when(command)
        self.life = self.life.given(*answer.events)
        again = self.life.when(command)
        assert again.events == ()
        assert (again.refusal is None) == (answer.refusal is None)

    @rule(person=PEOPLE, status=STATUSES, reason=REASONS)
    def record(self, person: str, status: Any, reason: Any) -> None:
        self.ask(RecordAttendance(**ID, enrolment_id="enrolment-1", person_id=person, status=status, reason=reason))

    @rule(person=PEOPLE)
    def catch_up(self, person: str) -> None:
        how = CatchUp(method="one-to-one")
        self.ask(RecordAttendance(**ID, enrolment_id="enrolment-1", person_id=person, status="caught-up", catch_up=how))

    @rule(person=PEOPLE, times=st.integers(min_value=0, max_value=1))
    def void(self, person: str, times: int) -> None:
        wrong = attendance_id("workshop-s1", person, times)
        self.ask(VoidAttendance(**ID, attendance_id=wrong, reason="recorded-wrongly"))

    @rule(person=PEOPLE, status=STATUSES, minutes=st.integers(0, 3), device=st.sampled_from("ab"), reason=REASONS)
    def sync(self, person: str, status: Any, minutes: int, device: str, reason: Any) -> None:
        noted = WORKSHOP_STARTS + timedelta(minutes=minutes)
        entry = DeviceEntry(enrolment_id="enrolment-1", person_id=person, status=status, taken_at=noted)
        upload = str(len(self.life.history))
        self.ask(SyncRegister(**ID, device_id=device, upload=upload, entries=(entry,), reason=reason))

    @rule()
    def walk_in(self) -> None:
        self.ask(RecordWalkIn(**ID, name="Somebody"))

    @rule(person=PEOPLE)
    def reconcile(self, person: str) -> None:
        for walk_in_id in self.life.state.walk_ins:
            self.ask(
                ReconcileWalkIn(
                    **ID, walk_in_id=walk_in_id, person_id=person, enrolment_id="enrolment-1", reason="other"
                )
            )

    @rule()
    def close(self) -> None:
        self.ask(CloseRegister(**ID, absent_person_ids=tuple({"anna", "ben"} - self.life.state.attendances.keys())))

    @rule()
    def sign(self) -> None:
        self.ask(SignRegister(**ID))

    @rule(days=st.integers(min_value=-1, max_value=1))
    def move(self, days: int) -> None:
        by = timedelta(days=days)
        self.ask(MoveWorkshop(**ID, starts_at=WORKSHOP_STARTS + by, ends_at=WORKSHOP_ENDS + by, reason="weather"))

    @rule(asked=st.integers(min_value=0, max_value=5))
    def put_off(self, asked: int) -> None:
        if asked == 0:
            self.ask(CancelWorkshop(**ID, reason="outbreak"))
        if asked == 1:
            self.ask(GoOnline(**ID, reason="outbreak"))

    @invariant()
    def the_schedule_only_rises(self) -> None:
        changes = (WorkshopMoved, WorkshopWentOnline, WorkshopCancelled)
        revisions = [event.schedule_revision for event in self.life.history if isinstance(event, changes)]
        assert revisions == list(range(2, 2 + len(revisions)))

    @invariant()
    def each_entry_counts_once_until_it_is_voided(self) -> None:
        facts = {
            event.attendance_id for event in self.life.history if isinstance(event, WorkshopAttended | WorkshopMissed)
        }
        voids = Counter(event.attendance_id for event in self.life.history if isinstance(event, AttendanceVoided))
        assert all(count == 1 for count in voids.values())
        assert facts - voids.keys() == {known.attendance_id for known in self.life.state.attendances.values()}

    @invariant()
    def a_signed_register_changes_only_by_amendments(self) -> None:
        kinds = [type(event) for event in self.life.history]
        assert all(kinds.count(once) <= 1 for once in (RegisterClosed, RegisterSigned, WorkshopCancelled))
        if RegisterSigned not in kinds:
            assert RegisterAmended not in kinds
            return
        after = self.life.history[kinds.index(RegisterSigned) :]
        changed = [
            event.attendance_id
            for event in after
            if isinstance(event, AttendanceVoided | WorkshopMissed)
            or (isinstance(event, WorkshopAttended) and event.status != "caught-up")
        ]
        assert changed == [event.attendance_id for event in after if isinstance(event, RegisterAmended)]

    @invariant()
    def of_a_cancelled_workshop_nobody_is_absent(self) -> None:
        if self.life.state.cancelled:
            assert not self.life.state.attendances


WorkshopLife.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
TestWorkshopLife = WorkshopLife.TestCase
