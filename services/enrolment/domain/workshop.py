"""A workshop of a cohort, with its register: what it can be asked, and how it changes.

The rules stand where they belong by meaning: `schedule` (when and where), `substituting` (who leads it), `register`
(who was there), `catch_up`, `syncing`, `walk_ins`, `voiding`, `signing`; `workshop_changes` says how it changes.
"""

from collections.abc import Sequence
from typing import assert_never

from services.enrolment.domain import register, schedule, signing, substituting, syncing, voiding, walk_ins
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import CancelWorkshop, GoOnline, MoveWorkshop, ScheduleWorkshop
from services.enrolment.domain.signing import SignRegister, amending
from services.enrolment.domain.substituting import SubstituteFacilitator
from services.enrolment.domain.syncing import SyncRegister
from services.enrolment.domain.voiding import VoidAttendance
from services.enrolment.domain.walk_ins import ReconcileWalkIn, RecordWalkIn
from services.enrolment.domain.workshop_changes import WorkshopEvent
from services.enrolment.domain.workshop_state import Workshop, WorkshopFacts, workshop_id
from shared.chassis.declarations.refusal import Refusal


class WorkshopUnknown(Refusal, kind="missing"):
    """There is no such workshop here."""


RegisterCommand = (
    RecordAttendance | SyncRegister | RecordWalkIn | ReconcileWalkIn | VoidAttendance | CloseRegister | SignRegister
)
WorkshopCommand = (
    ScheduleWorkshop
    | MoveWorkshop
    | GoOnline
    | CancelWorkshop
    | SubstituteFacilitator
    | RecordAttendance
    | SyncRegister
    | RecordWalkIn
    | ReconcileWalkIn
    | VoidAttendance
    | CloseRegister
    | SignRegister
)


def identity(command: ScheduleWorkshop, region: str) -> str:
    """Return the workshop's id: a cohort has each workshop once, and a cancelled one has one replacement."""
    del region
    return workshop_id(command.cohort_id, command.code, command.replaces_workshop_id)


def decide(workshop: Workshop, command: WorkshopCommand, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    """Return what follows. Raises the refusals of this module and of those where the rules stand."""
    if not workshop.code and not command.creates:
        raise WorkshopUnknown(field="workshop_id")
    match command:
        case ScheduleWorkshop():
            return schedule.schedule(workshop, command, facts)
        case MoveWorkshop():
            return schedule.move(workshop, command, facts.now)
        case GoOnline():
            return schedule.go_online(workshop, command, facts.now)
        case CancelWorkshop():
            return schedule.cancel(workshop, command, facts.now)
        case SubstituteFacilitator():
            return substituting.substitute(workshop, command, facts)
        case _:
            return _of_the_register(workshop, command, facts)


def _of_the_register(workshop: Workshop, command: RegisterCommand, facts: WorkshopFacts) -> Sequence[WorkshopEvent]:
    match command:
        case RecordAttendance():
            return amending(workshop, register.record(workshop, command, facts), command.reason, facts)
        case SyncRegister():
            return syncing.sync(workshop, command, facts)
        case RecordWalkIn():
            return walk_ins.record_walk_in(workshop, command, facts)
        case ReconcileWalkIn():
            return walk_ins.reconcile(workshop, command, facts)
        case VoidAttendance():
            void = voiding.void(workshop, command, facts.documents.get("note"))
            return amending(workshop, void, command.reason, facts)
        case CloseRegister():
            return register.close(workshop, command, facts)
        case SignRegister():
            return signing.sign(workshop, facts)
        case _:
            assert_never(command)
