"""Succession: somebody takes over from a representative. The home keeps its place and what it covered.

What the leaver attended stays theirs, and so does what it earns them. The newcomer learns what they have missed; the
home needs none of it again, it counts only for an award of their own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from typing import ClassVar

from services.enrolment.domain import representatives
from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.enrolment_changes import evolve
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.representatives import (
    ConfirmRepresentative,
    EndReason,
    EndRepresentative,
    JobRole,
    NominateRepresentative,
)
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.moments import believable
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import (
    RepresentativeConfirmed,
    RepresentativeEnded,
    RepresentativeNominated,
    RepresentativeReplaced,
)


class ReplaceRepresentative(Command):
    """Let one person take over from another, from a day on (today, when none is given), which is the leaver's last."""

    asked_by: ClassVar[Access] = STAFF

    enrolment_id: Key
    outgoing_person_id: Key
    incoming_person_id: Key
    job_role: JobRole
    reason: EndReason
    replaced_on: date | None = None


class SamePerson(Refusal, kind="invalid"):
    """Nobody takes over from themselves. Name the one who comes."""


class NotRepresenting(Refusal):
    """The person who is to leave does not represent the home now."""


Handover = RepresentativeNominated | RepresentativeConfirmed | RepresentativeEnded | RepresentativeReplaced


def replace(enrolment: Enrolment, command: ReplaceRepresentative, now: datetime) -> Sequence[Handover]:
    """Return what follows: the newcomer comes before the leaver goes, so the home is never without anybody.

    Raises SamePerson, NotRepresenting, PeriodsOverlap, EndsBeforeItBegan and AbsurdDate.
    """
    if command.outgoing_person_id == command.incoming_person_id:
        raise SamePerson(field="incoming_person_id")
    if command.outgoing_person_id not in enrolment.active:
        if command.incoming_person_id in enrolment.active and enrolment.period(command.outgoing_person_id):
            return []
        raise NotRepresenting(field="outgoing_person_id")
    on = believable(command.replaced_on or local_day(now), now, "replaced_on")
    come = _come(enrolment, command, on, now)
    leave = EndRepresentative(
        enrolment_id=command.enrolment_id, person_id=command.outgoing_person_id, reason=command.reason, ended_on=on
    )
    gone = representatives.end(reduce(evolve, come, enrolment), leave, now)
    return [*come, *gone, _replaced(enrolment, command, on)]


def missing(enrolment: Enrolment, person_id: str) -> tuple[str, ...]:
    """Return what the home has covered and this person has not, in the order of the programme."""
    own = enrolment.covered_by(person_id)
    return tuple(code for code in enrolment.mandatory_codes if code in enrolment.covered and code not in own)


def _come(enrolment: Enrolment, command: ReplaceRepresentative, on: date, now: datetime) -> Sequence[Handover]:
    person_id = command.incoming_person_id
    if person_id in enrolment.active:
        return []
    put_forward = NominateRepresentative(
        enrolment_id=command.enrolment_id, person_id=person_id, job_role=command.job_role
    )
    taken_on = ConfirmRepresentative(enrolment_id=command.enrolment_id, person_id=person_id, represents_from=on)
    nominated = representatives.nominate(enrolment, put_forward)
    return [*nominated, *representatives.confirm(reduce(evolve, nominated, enrolment), taken_on, now)]


def _replaced(enrolment: Enrolment, command: ReplaceRepresentative, on: date) -> RepresentativeReplaced:
    own = enrolment.covered_by(command.outgoing_person_id)
    return RepresentativeReplaced(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        outgoing_person_id=command.outgoing_person_id,
        incoming_person_id=command.incoming_person_id,
        represents_from=on,
        reason=command.reason,
        covered_by_leaver=tuple(code for code in enrolment.mandatory_codes if code in own),
        to_catch_up=missing(enrolment, command.incoming_person_id),
        cohort_id=enrolment.cohort_id,
    )
