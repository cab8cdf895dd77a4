"""What the rules of enrolment must be told first: looked up in other streams of this service."""

from collections.abc import Mapping
from typing import Any

from services.enrolment.domain.cohort import AssignFacilitator, Cohort, FreePlace, PlanCohort, TakePlace
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator
from services.enrolment.domain.home import FreePathway, Home
from services.enrolment.domain.placing import (
    ApplyingHome,
    ChosenCohort,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.workshop import ScheduleWorkshop, Workshop
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Look


async def home(command: Command, look: Look) -> Mapping[str, Any]:
    """Say whether the enrolment that gives its pathway back still goes on."""
    if isinstance(command, FreePathway):
        enrolment = await look(Enrolment, command.enrolment_id)
        return {"enrolment_is_live": enrolment is not None and enrolment.live}
    return {}


async def cohort(command: Command, look: Look) -> Mapping[str, Any]:
    """Give the version to plan for, the facilitator and what they must know, the enrolment that takes a place."""
    match command:
        case PlanCohort():
            return {"version": await look(ProgrammeVersion, command.version_id)}
        case AssignFacilitator():
            led = await look(Cohort, command.cohort_id) or Cohort()
            version = await look(ProgrammeVersion, led.version_id) if led.version_id else None
            return {"version": version, "facilitator": await look(Facilitator, command.person_id)}
        case TakePlace() | FreePlace():
            return {"enrolment": await look(Enrolment, command.enrolment_id)}
        case _:
            return {}


async def workshop(command: Command, look: Look) -> Mapping[str, Any]:
    """Give the cohort of a workshop to schedule, the enrolment of an attendance, all of them to close a register."""
    match command:
        case ScheduleWorkshop():
            return {"cohort": await look(Cohort, command.cohort_id)}
        case RecordAttendance():
            return {"enrolments": await _enrolments((command.enrolment_id,), look)}
        case CloseRegister():
            held = await look(Workshop, command.workshop_id)
            of = await look(Cohort, held.cohort_id) if held else None
            return {"enrolments": await _enrolments(of.placed if of else (), look)}
        case _:
            return {}


async def enrolment(command: Command, look: Look) -> Mapping[str, Any]:
    """Give the home that applies, the version whose commitment was signed, the cohort to join and its version."""
    match command:
        case SubmitApplication():
            found = await look(Home, command.home_id)
            return {"home": ApplyingHome(name=found.name, setting=found.setting) if found else None}
        case RecordCommitment():
            applied = await look(Enrolment, command.enrolment_id) or Enrolment()
            shown = command.version_id or applied.version_id
            return {"version": await look(ProgrammeVersion, shown) if shown else None}
        case PlaceHome():
            return await _chosen(command.cohort_id, look)
        case _:
            return {}


async def _chosen(cohort_id: str, look: Look) -> Mapping[str, Any]:
    found = await look(Cohort, cohort_id)
    if found is None or found.starts_on is None:
        return {}
    chosen = ChosenCohort(
        pathway=found.pathway,
        version_id=found.version_id,
        starts_on=found.starts_on,
        lead_person_id=found.lead_person_id,
    )
    return {"cohort": chosen, "version": await look(ProgrammeVersion, found.version_id)}


async def _enrolments(ids: tuple[str, ...], look: Look) -> Mapping[str, Enrolment]:
    found = [(enrolment_id, await look(Enrolment, enrolment_id)) for enrolment_id in ids]
    return {enrolment_id: known for enrolment_id, known in found if known is not None}
