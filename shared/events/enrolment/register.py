"""The register of a workshop: who was there, who was not, and what was put right afterwards."""

from datetime import date, datetime
from typing import Literal

from shared.chassis.declarations.event import Event
from shared.chassis.declarations.facts import DocumentRef
from shared.events.values import CatchUpMethod, Mode, Value

AttendanceStatus = Literal["attended", "part", "apologies", "absent", "caught-up"]
AmendReason = Literal[
    "recorded-wrongly", "wrong-person", "register-says-otherwise", "came-late", "walk-in-identified", "other"
]
VoidReason = Literal[
    "recorded-wrongly", "wrong-person", "register-says-otherwise", "walk-in-identified", "workshop-cancelled", "other"
]


class OnRegister(Value):
    """What the register of a workshop says of one person: who, for which home, at which workshop."""

    attendance_id: str
    workshop_id: str
    cohort_id: str
    code: str
    enrolment_id: str
    home_id: str
    person_id: str


class WorkshopAttended(OnRegister, Event):
    """A representative took part in a workshop, or caught up on it.

    Caused sometimes by RecordAttendance, by SyncRegister and by ReconcileWalkIn.

    `covers` says whether it counts towards coverage: a part of a workshop may not. Who caught up stays labelled so:
    `catch_up_method` says how, `via_workshop_id` at which other cohort's workshop; `on` is the day they did. What came
    from a device that was offline has the time by that device's clock in `taken_at`.
    """

    status: AttendanceStatus
    mode: Mode
    on: date
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False
    covers: bool = True
    catch_up_method: CatchUpMethod | None = None
    via_workshop_id: str | None = None
    device_id: str | None = None
    taken_at: datetime | None = None


class WorkshopMissed(OnRegister, Event):
    """A representative was not there. Caused sometimes by RecordAttendance, by SyncRegister and by CloseRegister.

    `assumed`: nobody said so, the register was closed without them.
    """

    status: AttendanceStatus
    on: date
    late: bool = False
    assumed: bool = False
    device_id: str | None = None
    taken_at: datetime | None = None


class CatchUpOffered(OnRegister, Event):
    """Somebody who did not cover a mandatory workshop may catch up, in one of these ways, until a day.

    Caused sometimes by RecordAttendance, by SyncRegister, by ReconcileWalkIn and by CloseRegister.
    """

    methods: tuple[CatchUpMethod, ...]
    due_by: date


class AttendanceVoided(OnRegister, Event):
    """What a register said of a person holds no more.

    Caused sometimes by VoidAttendance, by CancelWorkshop, by SyncRegister and by ReconcileWalkIn.

    `attendance_id` names the WorkshopAttended or WorkshopMissed that it takes back; both stay on record. What is
    entered anew has another attendance id.
    """

    status: AttendanceStatus
    covers: bool
    on: date
    reason: VoidReason
    note: DocumentRef | None = None


class HeldEntry(Value):
    """One entry from a device that was not taken; `why` is the code of the refusal."""

    enrolment_id: str
    person_id: str
    status: AttendanceStatus
    taken_at: datetime
    why: str


class ConfirmedEntry(Value):
    """A device said the same as the register does, at a later time by its own clock."""

    person_id: str
    taken_at: datetime


class RegisterSynced(Event):
    """A device that was offline sent its part of a register: so much was new, so much known, the rest was held back.

    What was held back is reported here, and lost nowhere. `confirmed` are those of the known whom the device saw later
    than what the register had. Caused sometimes by SyncRegister.
    """

    workshop_id: str
    cohort_id: str
    code: str
    device_id: str
    upload: str
    created: int
    known: int
    held_back: tuple[HeldEntry, ...]
    confirmed: tuple[ConfirmedEntry, ...] = ()


class WalkInRecorded(Event):
    """Somebody came to a workshop whom nobody knew there; their name is kept apart.

    Caused sometimes by RecordWalkIn.
    """

    walk_in_id: str
    workshop_id: str
    cohort_id: str
    code: str
    introduced_as: DocumentRef
    mode: Mode
    on: date


class WalkInReconciled(Event):
    """It became known who a walk-in was. Caused sometimes by ReconcileWalkIn.

    With an enrolment they were there as its representative, and the attendance is beside this event.
    """

    walk_in_id: str
    workshop_id: str
    cohort_id: str
    code: str
    person_id: str
    enrolment_id: str | None = None


class RegisterSigned(Event):
    """A facilitator signed a closed register; whoever changes it from now on says why.

    Caused sometimes by SignRegister.
    """

    workshop_id: str
    cohort_id: str
    code: str
    signed_by_person_id: str
    signed_at: datetime


class RegisterAmended(Event):
    """A signed register was changed, for a reason. The change itself is the event beside this one.

    Caused sometimes by RecordAttendance, by VoidAttendance, by SyncRegister and by ReconcileWalkIn.
    """

    workshop_id: str
    cohort_id: str
    code: str
    amendment: int
    attendance_id: str
    person_id: str
    change: Literal["recorded", "voided"]
    reason: AmendReason
    amended_by_person_id: str
    note: DocumentRef | None = None


class RegisterClosed(Event):
    """The register of a workshop was closed: so many were there, so many were not. Caused always by CloseRegister."""

    workshop_id: str
    cohort_id: str
    code: str
    attended: int
    missed: int
    closed_at: datetime
