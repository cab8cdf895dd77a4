"""What the rules of a workshop need to know: when and where it is, and what its register says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.facts import DocumentRef, Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.state import State
from shared.events.days import local_day
from shared.events.enrolment import AttendanceStatus, HeldEntry, WorkshopDate
from shared.events.values import CatchUpMethod, Mode, Value, WorkshopKind

THERE: frozenset[AttendanceStatus] = frozenset({"attended", "part", "caught-up"})
"""The person took part, if only later or for a while."""


class Attendance(Value):
    """What the register says of one person; mode and times only of those who were there."""

    attendance_id: str
    enrolment_id: str
    home_id: str
    person_id: str
    status: AttendanceStatus
    on: date
    mode: Mode | None = None
    arrived: datetime | None = None
    left: datetime | None = None
    late: bool = False
    covers: bool = False
    catch_up_method: CatchUpMethod | None = None
    via_workshop_id: str | None = None
    assumed: bool = False
    device_id: str | None = None
    taken_at: datetime | None = None

    @property
    def there(self) -> bool:
        """Whether the person took part."""
        return self.status in THERE


class WalkIn(Value):
    """Somebody whom nobody knew at the door: where their name is kept, and who they turned out to be."""

    walk_in_id: str
    introduced_as: DocumentRef
    mode: Mode
    on: date
    person_id: str | None = None


class Upload(Value):
    """What became of the entries that a device sent at one time."""

    created: int
    known: int
    held_back: tuple[HeldEntry, ...]


class Workshop(State):
    """Where and when, and who was there.

    `attendances` by person, `voided` those that hold no more, `walk_ins` by their ids, `uploads` by device and nonce.
    """

    workshop_id: str = ""
    cohort_id: str = ""
    code: str = ""
    kind: WorkshopKind = "step"
    title: str = ""
    mandatory: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""
    mode: Mode = "in-person"
    venue: str | None = None
    join_link: str | None = None
    schedule_revision: int = 0
    replaces_workshop_id: str | None = None
    after: tuple[str, ...] = ()
    cancelled: bool = False
    facilitator_person_id: str | None = None
    substituted_person_id: str | None = None
    closed_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by_person_id: str | None = None
    amendments: int = 0
    walk_ins: Mapping[str, WalkIn] = {}
    uploads: Mapping[str, Upload] = {}
    attendances: Mapping[str, Attendance] = {}
    voided: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The local day of the workshop."""
        return local_day(self.starts_at, self.zone) if self.starts_at else date.min

    @property
    def place(self) -> dict[str, str]:
        """The fields by which every event of the register names it."""
        return {"workshop_id": self.workshop_id, "cohort_id": self.cohort_id, "code": self.code}

    def next_attendance_id(self, person_id: str) -> str:
        """The id of what the register will say of this person: another one after each that was voided."""
        times = 0
        while (found := attendance_id(self.workshop_id, person_id, times)) in self.voided:
            times += 1
        return found

    def entered_before(self, person_id: str) -> bool:
        """Whether something that the register said of this person was voided."""
        return attendance_id(self.workshop_id, person_id) in self.voided

    def dated(self) -> dict[str, Any]:
        """What it is, when, how and where: the fields of a WorkshopDate."""
        return self.model_dump(include=set(WorkshopDate.model_fields))


class WorkshopFacts(Facts):
    """What is looked up: the cohort, the enrolments that the command speaks of, by id, and other workshops.

    `other` is the cancelled one to replace, or the one of another cohort where somebody caught up; `before` are those
    which a home must have been at before, by code. Of somebody who stands in: the version, and what they know.
    """

    cohort: Cohort | None = None
    enrolments: Mapping[str, Enrolment] = {}
    other: Workshop | None = None
    before: Mapping[str, Workshop] = {}
    version: ProgrammeVersion | None = None
    facilitator: Facilitator | None = None


def workshop_id(cohort_id: str, code: str, replaces: str | None = None) -> str:
    """Return a workshop's id: a cohort has each workshop once, and each cancelled one has one replacement."""
    return derived_id("workshop", cohort_id, code, *([replaces] if replaces else []))


def attendance_id(workshop_id: str, person_id: str, voided_before: int = 0) -> str:
    """Return the id of what a register says of one person."""
    return derived_id("attendance", workshop_id, person_id, *([str(voided_before)] if voided_before else []))
