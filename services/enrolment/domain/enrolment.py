"""An enrolment: one home on one pathway, from the application to completion or withdrawal.

This module says what an enrolment can be asked and how it changes; the rules stand where they belong by meaning:
`placing` (in and out), `representatives`, `completion` (coverage, awards).
"""

from collections.abc import Sequence
from functools import reduce
from typing import ClassVar, assert_never

from services.enrolment.domain import completion, placing, representatives
from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.enrolment_state import Commitment, Enrolment, Noted
from services.enrolment.domain.placing import (
    ApplyingHome,
    ChosenCohort,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
    WithdrawEnrolment,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.representatives import (
    ConfirmRepresentative,
    EndRepresentative,
    NominateRepresentative,
)
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Kind, Refusal
from shared.chassis.declarations.state import replace
from shared.events.enrolment import (
    ApplicationSubmitted,
    AttendanceNoted,
    ChampionAwarded,
    CommitmentRecorded,
    CoverageCompleted,
    EnrolmentCompleted,
    EnrolmentWithdrawn,
    HomeEnrolled,
    RepresentativeConfirmed,
    RepresentativeEnded,
    RepresentativeNominated,
    SignOffNoted,
    WorkshopCovered,
)


class EnrolmentFacts(Facts):
    """What is looked up: the home that applies, the cohort it is to join, the version that is spoken of."""

    home: ApplyingHome | None = None
    cohort: ChosenCohort | None = None
    version: ProgrammeVersion | None = None


class EnrolmentUnknown(Refusal):
    """There is no such enrolment here."""

    kind: ClassVar[Kind] = "missing"


class EnrolmentOver(Refusal):
    """The enrolment is completed or withdrawn. A new one may be applied for."""


HomeActs = SubmitApplication | RecordCommitment | PlaceHome | WithdrawEnrolment
PeopleActs = NominateRepresentative | ConfirmRepresentative | EndRepresentative
Notes = NoteAttendance | NoteSignOff
EnrolmentCommand = (
    SubmitApplication
    | RecordCommitment
    | NominateRepresentative
    | ConfirmRepresentative
    | EndRepresentative
    | PlaceHome
    | WithdrawEnrolment
    | NoteAttendance
    | NoteSignOff
)
EnrolmentEvent = (
    ApplicationSubmitted
    | CommitmentRecorded
    | RepresentativeNominated
    | RepresentativeConfirmed
    | RepresentativeEnded
    | HomeEnrolled
    | AttendanceNoted
    | WorkshopCovered
    | CoverageCompleted
    | SignOffNoted
    | ChampionAwarded
    | EnrolmentCompleted
    | EnrolmentWithdrawn
)


def decide(enrolment: Enrolment, command: EnrolmentCommand, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    """Return what follows. Raises the refusals of this module, `placing`, `representatives` and `days`."""
    match command:
        case NoteAttendance():
            return _concluded(enrolment, completion.note_attendance(enrolment, command))
        case NoteSignOff():
            return _concluded(enrolment, completion.note_sign_off(enrolment, command))
        case SubmitApplication():
            return placing.submit(enrolment, command, facts.home)
        case _:
            return _of_the_living(enrolment, command, facts)


def _of_the_living(
    enrolment: Enrolment,
    command: RecordCommitment | PlaceHome | WithdrawEnrolment | PeopleActs,
    facts: EnrolmentFacts,
) -> Sequence[EnrolmentEvent]:
    if enrolment.status == "none":
        raise EnrolmentUnknown(field="enrolment_id")
    if enrolment.status == "withdrawn" and isinstance(command, WithdrawEnrolment):
        return []
    if not enrolment.live:
        raise EnrolmentOver(status=enrolment.status)
    match command:
        case RecordCommitment():
            note = facts.documents.get("note")
            return placing.commit(enrolment, command, facts.version, facts.now, note)
        case PlaceHome():
            return placing.place(enrolment, command, facts.cohort, facts.version, facts.now)
        case WithdrawEnrolment():
            return placing.withdraw(enrolment, command, facts.now)
        case NominateRepresentative():
            return representatives.nominate(enrolment, command)
        case ConfirmRepresentative():
            return representatives.confirm(enrolment, command, facts.now)
        case EndRepresentative():
            return representatives.end(enrolment, command, facts.now)
        case _:
            assert_never(command)


def _concluded(enrolment: Enrolment, noted: Sequence[EnrolmentEvent]) -> Sequence[EnrolmentEvent]:
    return [*noted, *completion.conclusions(reduce(evolve, noted, enrolment))] if noted else []


def evolve(enrolment: Enrolment, event: EnrolmentEvent) -> Enrolment:
    """Return the enrolment after this event."""
    match event:
        case ApplicationSubmitted():
            told = event.model_dump(exclude={"applicant_person_id"})
            return replace(enrolment, status="applied", **told)
        case CommitmentRecorded():
            return replace(enrolment, commitment=Commitment.model_validate(event.model_dump()))
        case RepresentativeNominated() | RepresentativeConfirmed() | RepresentativeEnded():
            return _with_people(enrolment, event)
        case HomeEnrolled():
            return _placed(enrolment, event)
        case EnrolmentCompleted():
            return replace(enrolment, status="completed")
        case EnrolmentWithdrawn():
            return replace(enrolment, status="withdrawn", withdrawn_on=event.withdrawn_on)
        case _:
            return _with_progress(enrolment, event)


def _with_people(
    enrolment: Enrolment, event: RepresentativeNominated | RepresentativeConfirmed | RepresentativeEnded
) -> Enrolment:
    periods = enrolment.representatives
    match event:
        case RepresentativeNominated():
            return replace(enrolment, representatives=representatives.nominated(periods, event))
        case RepresentativeConfirmed():
            return replace(enrolment, representatives=representatives.confirmed(periods, event))
        case RepresentativeEnded():
            return replace(enrolment, representatives=representatives.ended(periods, event))
        case _:
            assert_never(event)


def _placed(enrolment: Enrolment, event: HomeEnrolled) -> Enrolment:
    return replace(
        enrolment,
        status="placed",
        cohort_id=event.cohort_id,
        version_id=event.version_id,
        started_on=event.started_on,
        mandatory_codes=event.mandatory_codes,
        rules=event.rules,
    )


def _with_progress(
    enrolment: Enrolment,
    event: AttendanceNoted | WorkshopCovered | CoverageCompleted | SignOffNoted | ChampionAwarded,
) -> Enrolment:
    match event:
        case AttendanceNoted():
            noted = Noted.model_validate(event.model_dump())
            return replace(enrolment, attendances=(*enrolment.attendances, noted))
        case WorkshopCovered():
            return replace(enrolment, covered=(*enrolment.covered, event.code))
        case CoverageCompleted():
            return replace(enrolment, coverage_completed=True)
        case SignOffNoted():
            return replace(enrolment, signed_off_on=event.signed_off_on)
        case ChampionAwarded():
            return replace(enrolment, awarded=enrolment.awarded | {event.person_id})
        case _:
            assert_never(event)
