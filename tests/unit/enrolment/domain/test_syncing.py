"""A register comes in from devices days late, in any order and more than once, and comes to the same end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.signing import SignRegister
from services.enrolment.domain.syncing import DeviceEntry, SyncRegister
from services.enrolment.service import ENROLMENTS, WORKSHOPS
from shared.events.enrolment import (
    AttendanceVoided,
    RegisterAmended,
    RegisterSynced,
    WorkshopAttended,
    WorkshopMissed,
)
from tests.support.enrolment_story import PLACED, SCHEDULED, WORKSHOP_ENDS, WORKSHOP_STARTS
from tests.support.scenario import Scenario

THURSDAY = WORKSHOP_ENDS + timedelta(days=3)
enrolment = Scenario(ENROLMENTS).given(*PLACED).state
held = Scenario(WORKSHOPS).given(SCHEDULED).knowing(enrolments={"enrolment-1": enrolment}).at(THURSDAY)
at_noon = held.at(WORKSHOP_ENDS)
closed = at_noon.given(
    *at_noon.when(CloseRegister(workshop_id="workshop-s1", absent_person_ids=("anna", "ben"))).events
).at(THURSDAY)


def entry(person_id: str = "anna", minutes: int = 5, **more: Any) -> DeviceEntry:
    told = {"enrolment_id": "enrolment-1", "person_id": person_id, "status": "attended"}
    return DeviceEntry(**{**told, **more}, taken_at=WORKSHOP_STARTS + timedelta(minutes=minutes))


def sync(upload: str, *entries: DeviceEntry, device: str = "phone", **more: Any) -> SyncRegister:
    return SyncRegister(workshop_id="workshop-s1", device_id=device, upload=upload, entries=entries, **more)


def synced(events: Sequence[Any]) -> RegisterSynced:
    [told] = [event for event in events if isinstance(event, RegisterSynced)]
    return told


def test_what_is_new_is_created_and_known_the_next_time() -> None:
    first = sync("1", entry(), entry("ben", 6, status="part"))
    answer = held.when(first)
    assert synced(answer.events).created == 2
    taken = answer.state.attendances["anna"]
    assert (taken.device_id, taken.taken_at) == ("phone", WORKSHOP_STARTS + timedelta(minutes=5))
    then = held.given(*answer.events)
    then.when(first).then_nothing()
    again = then.when(sync("2", entry(), entry("ben", 6, status="part"))).then_happened(RegisterSynced)
    assert (synced(again.events).created, synced(again.events).known) == (0, 2)


def test_a_device_overrules_an_absence_that_nobody_stated() -> None:
    answer = closed.when(sync("1", entry()))
    answer.then_happened(AttendanceVoided, WorkshopAttended, RegisterSynced)
    assert answer.state.attendances["anna"].late is True


def test_a_device_does_not_overrule_what_was_entered_by_hand() -> None:
    by_hand = RecordAttendance(
        workshop_id="workshop-s1", enrolment_id="enrolment-1", person_id="anna", status="apologies"
    )
    entered = held.given(*held.when(by_hand).events)
    [kept] = synced(entered.when(sync("1", entry())).then_happened(RegisterSynced).events).held_back
    assert (kept.person_id, kept.why) == ("anna", "already_recorded")


def test_the_latest_by_the_devices_clocks_holds_in_whatever_order_it_comes() -> None:
    absent, came = entry(status="absent"), entry(minutes=20)
    late = held.when(sync("1", came))
    held.given(*late.events).when(sync("2", absent)).then_happened(RegisterSynced)
    early = held.when(sync("1", absent))
    state = held.given(*early.events).when(sync("2", came)).state
    assert state.attendances["anna"].status == late.state.attendances["anna"].status == "attended"


def test_what_is_too_late_is_reported_and_takes_nothing_away() -> None:
    [kept] = synced(closed.at(THURSDAY + timedelta(days=9)).when(sync("1", entry())).events).held_back
    assert (kept.person_id, kept.status, kept.why) == ("anna", "attended", "outside_window")
    assert closed.at(THURSDAY + timedelta(days=9)).when(sync("1", entry())).state.attendances["anna"].assumed


def test_what_cannot_be_is_reported_and_the_rest_is_taken() -> None:
    future = DeviceEntry(
        enrolment_id="enrolment-1", person_id="ben", status="attended", taken_at=THURSDAY + timedelta(minutes=6)
    )
    told = synced(held.when(sync("1", entry(), entry("stranger"), future)).events)
    assert (told.created, told.known) == (1, 0)
    assert {kept.why for kept in told.held_back} == {"not_a_representative", "clock_ahead"}


def test_a_signed_register_takes_what_a_device_sends_for_a_reason() -> None:
    signed = closed.given(*closed.when(SignRegister(workshop_id="workshop-s1")).events)
    [kept] = synced(signed.when(sync("1", entry())).then_happened(RegisterSynced).events).held_back
    assert kept.why == "reason_needed"
    answer = signed.when(sync("1", entry(), reason="came-late"))
    answer.then_happened(AttendanceVoided, RegisterAmended, WorkshopAttended, RegisterAmended, RegisterSynced)
    assert [event.amendment for event in answer.events if isinstance(event, RegisterAmended)] == [1, 2]


ENTRIES = st.builds(
    entry,
    person_id=st.sampled_from(("anna", "ben")),
    minutes=st.integers(min_value=0, max_value=4),
    status=st.sampled_from(("attended", "absent", "part")),
)
UPLOADS = st.lists(
    st.tuples(st.sampled_from(("phone", "tablet")), st.lists(ENTRIES, min_size=1, max_size=2)), max_size=4
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(uploads=UPLOADS, data=st.data())
def test_every_order_of_uploads_comes_to_the_same_register(uploads: Any, data: st.DataObject) -> None:
    named = [sync(str(number), *entries, device=device) for number, (device, entries) in enumerate(uploads)]
    straight, shuffled = told(named), told(data.draw(st.permutations(named)))
    assert straight == shuffled
    assert told([*named, *named]) == straight


def told(uploads: Sequence[SyncRegister]) -> dict[str, Any]:
    register = closed
    for upload in uploads:
        answer = register.when(upload)
        register = register.given(*answer.events)
        register.when(upload).then_nothing()
    facts = [event for event in register.history if isinstance(event, WorkshopAttended | WorkshopMissed)]
    voids = [event for event in register.history if isinstance(event, AttendanceVoided)]
    assert len(facts) - len(voids) == len(register.state.attendances)
    return {person: (known.status, known.taken_at) for person, known in register.state.attendances.items()}
