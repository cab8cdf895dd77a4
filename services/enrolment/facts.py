"""What the rules of enrolment must be told first: looked up in other streams of this service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.enrolment.domain.catch_up_booking import BookCatchUp
from services.enrolment.domain.cohort import OpenCohort, PlanCohort
from services.enrolment.domain.cohort_state import Cohort
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.facilitator import Facilitator, facilitator_id
from services.enrolment.domain.home import FreePathway, Home
from services.enrolment.domain.interest import Interest
from services.enrolment.domain.leading import AssignFacilitator, HandOverCohort
from services.enrolment.domain.places import ExpireOffer, FreePlace, TakePlace, TakeWaitingPlace
from services.enrolment.domain.placing import (
    ApplyingHome,
    ChosenCohort,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.register import CloseRegister, RecordAttendance
from services.enrolment.domain.schedule import ScheduleWorkshop
from services.enrolment.domain.substituting import SubstituteFacilitator
from services.enrolment.domain.syncing import SyncRegister
from services.enrolment.domain.waiting import AcceptPlace, JoinWaitingList
from services.enrolment.domain.walk_ins import ReconcileWalkIn
from services.enrolment.domain.workshop_state import Workshop, workshop_id
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.facts import Look


async def home(command: Command, look: Look) -> Mapping[str, Any]:
    """Say whether the enrolment that gives its pathway back still goes on."""
    if isinstance(command, FreePathway):
        enrolment = await look(Enrolment, command.enrolment_id)
        return {"enrolment_is_live": enrolment is not None and enrolment.live}
    return {}


async def cohort(command: Command, look: Look, region: str) -> Mapping[str, Any]:
    """Give the version to plan for, the facilitator and what they must know, the enrolment that takes a place."""
    match command:
        case PlanCohort():
            return {"version": await look(ProgrammeVersion, command.version_id)}
        case AssignFacilitator() | HandOverCohort():
            led = await look(Cohort, command.cohort_id) or Cohort()
            version = await look(ProgrammeVersion, led.version_id) if led.version_id else None
            return {"version": version, "facilitator": await _facilitator(command.person_id, look, region)}
        case TakePlace():
            return {"enrolment": await look(Enrolment, command.enrolment_id)}
        case FreePlace() | TakeWaitingPlace():
            joins_until = await _joins_until(command.cohort_id, look)
            return {"enrolment": await look(Enrolment, command.enrolment_id), "joins_until": joins_until}
        case ExpireOffer() | OpenCohort():
            return {"joins_until": await _joins_until(command.cohort_id, look)}
        case _:
            return {}


async def _facilitator(person_id: str, look: Look, region: str) -> Facilitator | None:
    return await look(Facilitator, facilitator_id(region, person_id))


async def _joins_until(cohort_id: str, look: Look) -> datetime | None:
    """Give the start of the workshop before which homes join, if it has its date."""
    joined = await look(Cohort, cohort_id)
    if joined is None or joined.rules.joins_before is None:
        return None
    held = await look(Workshop, workshop_id(cohort_id, joined.rules.joins_before))
    return held.starts_at if held else None


async def workshop(  # noqa: PLR0911 - one case for each command
    command: Command, look: Look, region: str
) -> Mapping[str, Any]:
    """Give the cohort of a workshop to schedule, who may stand in, and what a register speaks of."""
    match command:
        case ScheduleWorkshop():
            return {"cohort": await look(Cohort, command.cohort_id), "other": await _replaced(command, look)}
        case SubstituteFacilitator():
            return await _stand_in(command, look, region)
        case CloseRegister():
            held = await look(Workshop, command.workshop_id)
            of = await look(Cohort, held.cohort_id) if held else None
            return {"enrolments": await _enrolments(of.placed if of else (), look)}
        case RecordAttendance():
            via = command.catch_up.via_workshop_id if command.catch_up else None
            other = await look(Workshop, via) if via else None
            return {**await _entries(command.workshop_id, (command.enrolment_id,), look), "other": other}
        case SyncRegister():
            spoken_of = tuple(dict.fromkeys(entry.enrolment_id for entry in command.entries))
            return await _entries(command.workshop_id, spoken_of, look)
        case ReconcileWalkIn() if command.enrolment_id:
            return await _entries(command.workshop_id, (command.enrolment_id,), look)
        case _:
            return {}


async def _entries(workshop_id: str, enrolment_ids: tuple[str, ...], look: Look) -> Mapping[str, Any]:
    before = await _before(workshop_id, look)
    return {"enrolments": await _enrolments(enrolment_ids, look), "before": before}


async def _replaced(command: ScheduleWorkshop, look: Look) -> Workshop | None:
    return await look(Workshop, command.replaces_workshop_id) if command.replaces_workshop_id else None


async def _stand_in(command: SubstituteFacilitator, look: Look, region: str) -> Mapping[str, Any]:
    held = await look(Workshop, command.workshop_id)
    led = await look(Cohort, held.cohort_id) if held else None
    version = await look(ProgrammeVersion, led.version_id) if led else None
    stand_in = await _facilitator(command.person_id, look, region)
    return {"cohort": led, "version": version, "facilitator": stand_in}


async def _before(workshop_id: str, look: Look) -> Mapping[str, Workshop]:
    held = await look(Workshop, workshop_id)
    found = [(code, await standing(held.cohort_id, code, look)) for code in held.after] if held else []
    return {code: known for code, known in found if known is not None}


async def standing(cohort_id: str, code: str, look: Look) -> Workshop | None:
    """Return the cohort's workshop of this code: the last one, when one was cancelled and another took its place."""
    found = await look(Workshop, workshop_id(cohort_id, code))
    while found is not None and found.cancelled:
        next_one = await look(Workshop, workshop_id(cohort_id, code, found.workshop_id))
        if next_one is None:
            break
        found = next_one
    return found


async def enrolment(command: Command, look: Look) -> Mapping[str, Any]:
    """Give the home that applies, the version that was signed, the cohort to join, where somebody catches up."""
    match command:
        case SubmitApplication():
            cited = await look(Interest, command.interest_id) if command.interest_id else None
            return {"home": await _applying(command.home_id, look), "interest_known": cited is not None}
        case RecordCommitment():
            applied = await look(Enrolment, command.enrolment_id) or Enrolment()
            shown = command.version_id or applied.version_id
            return {"version": await look(ProgrammeVersion, shown) if shown else None}
        case BookCatchUp() if command.via_workshop_id:
            return {"other": await look(Workshop, command.via_workshop_id)}
        case PlaceHome() | JoinWaitingList() | AcceptPlace():
            return await _chosen(command.cohort_id, look)
        case _:
            return {}


async def _applying(home_id: str, look: Look) -> ApplyingHome | None:
    found = await look(Home, home_id)
    if found is None:
        return None
    return ApplyingHome(name=found.name, setting=found.setting, previous=found.previous)


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
