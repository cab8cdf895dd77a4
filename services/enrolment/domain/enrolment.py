"""An enrolment: one home on one pathway, from the application to completion or withdrawal.

This module says what an enrolment can be asked; the rules stand where they belong by meaning: `placing` and
`waiting` (in), `leaving` (out, for a while or for good), `representatives` and `succession`, `completion` (coverage,
awards), `taking_back` (what a void means for them), `catch_up_booking`, `risks`, `overrun`.
`enrolment_changes` says what is known after each event.
"""

from collections.abc import Sequence
from functools import reduce
from typing import assert_never

from services.enrolment.domain import (
    catch_up_booking,
    completion,
    leaving,
    overrun,
    placing,
    representatives,
    risks,
    succession,
    taking_back,
    waiting,
)
from services.enrolment.domain.catch_up_booking import BookCatchUp, CancelCatchUp
from services.enrolment.domain.completion import NoteAttendance, NoteSignOff
from services.enrolment.domain.enrolment_changes import EnrolmentEvent, evolve
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.leaving import (
    PauseEnrolment,
    PauseVacant,
    RejectApplication,
    ResumeEnrolment,
    WithdrawEnrolment,
)
from services.enrolment.domain.overrun import ExtendDeadline, FlagOverdue
from services.enrolment.domain.placing import (
    ApplyingHome,
    ChosenCohort,
    PlaceHome,
    RecordCommitment,
    SubmitApplication,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.representatives import (
    ConfirmRepresentative,
    EndRepresentative,
    NominateRepresentative,
)
from services.enrolment.domain.risks import (
    NoteAbsence,
    NoteActivity,
    NoteManagerChange,
    ReviewCatchUps,
    ReviewEnrolment,
)
from services.enrolment.domain.succession import ReplaceRepresentative
from services.enrolment.domain.taking_back import TakeBackAttendance
from services.enrolment.domain.waiting import AcceptPlace, DeclinePlace, JoinWaitingList, NoteOffer, NoteOfferOver
from services.enrolment.domain.workshop_state import Workshop
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal


class EnrolmentFacts(Facts):
    """What is looked up: the home that applies, the cohort it is to join, the version that is spoken of.

    `other` is the workshop of another cohort at which somebody is to catch up.
    """

    home: ApplyingHome | None = None
    cohort: ChosenCohort | None = None
    version: ProgrammeVersion | None = None
    interest_known: bool = False
    other: Workshop | None = None


class EnrolmentUnknown(Refusal, kind="missing"):
    """There is no such enrolment here."""


class EnrolmentOver(Refusal):
    """The enrolment is completed, withdrawn or turned down. A new one may be applied for."""


HomeActs = RecordCommitment | PlaceHome
PeopleActs = NominateRepresentative | ConfirmRepresentative | EndRepresentative | ReplaceRepresentative
CatchingUp = BookCatchUp | CancelCatchUp
Waiting = JoinWaitingList | AcceptPlace | DeclinePlace
Leaving = ExtendDeadline | RejectApplication | PauseEnrolment | ResumeEnrolment | WithdrawEnrolment
Notes = (
    NoteAttendance
    | TakeBackAttendance
    | NoteSignOff
    | NoteOffer
    | NoteOfferOver
    | NoteAbsence
    | NoteActivity
    | NoteManagerChange
    | PauseVacant
    | ReviewEnrolment
    | ReviewCatchUps
    | FlagOverdue
)
EnrolmentCommand = SubmitApplication | HomeActs | PeopleActs | CatchingUp | Waiting | Leaving | Notes


def decide(enrolment: Enrolment, command: EnrolmentCommand, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    """Return what follows. Raises the refusals of this module and of those that have the rules."""
    match command:
        case SubmitApplication():
            return placing.submit(enrolment, command, facts.home, interest_known=facts.interest_known, now=facts.now)
        case (
            NoteAttendance()
            | TakeBackAttendance()
            | NoteSignOff()
            | NoteOffer()
            | NoteOfferOver()
            | NoteAbsence()
            | NoteActivity()
            | NoteManagerChange()
            | PauseVacant()
            | ReviewEnrolment()
            | ReviewCatchUps()
            | FlagOverdue()
        ):
            return _noted(enrolment, command, facts)
        case _:
            return _of_the_living(enrolment, command, facts)


def _noted(enrolment: Enrolment, command: Notes, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    match command:
        case NoteAttendance():
            noted = completion.note_attendance(enrolment, command)
            return _weighed(enrolment, _concluded(enrolment, noted), facts)
        case TakeBackAttendance():
            return _weighed(enrolment, _doubted(enrolment, command), facts)
        case NoteSignOff():
            return _concluded(enrolment, completion.note_sign_off(enrolment, command))
        case NoteOffer():
            return waiting.note_offer(enrolment, command)
        case NoteOfferOver():
            return waiting.note_offer_over(enrolment, command)
        case NoteAbsence():
            return _weighed(enrolment, risks.note_absence(enrolment, command), facts)
        case NoteActivity():
            return _weighed(enrolment, risks.note_activity(enrolment, command), facts)
        case NoteManagerChange():
            return _weighed(enrolment, risks.note_manager_change(enrolment, command), facts)
        case FlagOverdue():
            return overrun.flag(enrolment, facts.now)
        case PauseVacant():
            return leaving.pause_vacant(enrolment, facts.now)
        case ReviewEnrolment():
            return [*risks.review(enrolment, facts.now), *risks.changes(enrolment, facts.now)]
        case ReviewCatchUps():
            return risks.changes(enrolment, facts.now)
        case _:
            assert_never(command)


def _concluded(enrolment: Enrolment, noted: Sequence[EnrolmentEvent]) -> Sequence[EnrolmentEvent]:
    if not noted:
        return []
    now = reduce(evolve, noted, enrolment)
    return [*noted, *completion.conclusions(now), *taking_back.upheld(now)]


def _doubted(enrolment: Enrolment, command: TakeBackAttendance) -> Sequence[EnrolmentEvent]:
    back = taking_back.take_back(enrolment, command)
    return [*back, *taking_back.doubts(reduce(evolve, back, enrolment), command.attendance_id)] if back else []


def _of_the_living(
    enrolment: Enrolment, command: HomeActs | PeopleActs | CatchingUp | Waiting | Leaving, facts: EnrolmentFacts
) -> Sequence[EnrolmentEvent]:
    if enrolment.status == "none":
        raise EnrolmentUnknown(field="enrolment_id")
    if _done(enrolment, command):
        return []
    # Who represents a home goes on changing after its nine months: its accreditation depends on it.
    after_completion = enrolment.status == "completed" and isinstance(command, PeopleActs)
    if not (enrolment.live or after_completion):
        raise EnrolmentOver(status=enrolment.status)
    match command:
        case RecordCommitment():
            note = facts.documents.get("note")
            told = placing.commit(enrolment, command, facts.version, facts.now, note)
            return _weighed(enrolment, told, facts)
        case PlaceHome():
            return placing.place(enrolment, command, facts.cohort, facts.version, facts.now)
        case ExtendDeadline() | RejectApplication() | PauseEnrolment() | ResumeEnrolment() | WithdrawEnrolment():
            return _left(enrolment, command, facts)
        case JoinWaitingList() | AcceptPlace() | DeclinePlace():
            return _waited(enrolment, command, facts)
        case BookCatchUp():
            return catch_up_booking.book(enrolment, command, facts.other, facts)
        case CancelCatchUp():
            return catch_up_booking.cancel(enrolment, command)
        case _:
            return _represented(enrolment, command, facts)


def _done(enrolment: Enrolment, command: HomeActs | PeopleActs | CatchingUp | Waiting | Leaving) -> bool:
    """Say whether the end that is asked for is reached."""
    withdrawn = enrolment.status == "withdrawn" and isinstance(command, WithdrawEnrolment)
    return withdrawn or (enrolment.status == "rejected" and isinstance(command, RejectApplication))


def _waited(enrolment: Enrolment, command: Waiting, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    match command:
        case JoinWaitingList():
            return waiting.join(enrolment, command, facts.cohort, facts.version)
        case AcceptPlace():
            return waiting.accept(enrolment, command, facts.cohort, facts.version, facts.now)
        case DeclinePlace():
            return waiting.decline(enrolment, command)
        case _:
            assert_never(command)


def _left(enrolment: Enrolment, command: Leaving, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    match command:
        case ExtendDeadline():
            return overrun.extend(enrolment, command, facts.now)
        case RejectApplication():
            return leaving.reject(enrolment, command, facts.now)
        case PauseEnrolment():
            return leaving.pause(enrolment, command, facts.now)
        case ResumeEnrolment():
            return _weighed(enrolment, leaving.resume(enrolment, command, facts.now), facts)
        case WithdrawEnrolment():
            return _without_bookings(enrolment, leaving.withdraw(enrolment, command, facts.now))
        case _:
            assert_never(command)


def _represented(enrolment: Enrolment, command: PeopleActs, facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    match command:
        case NominateRepresentative():
            return representatives.nominate(enrolment, command)
        case ConfirmRepresentative():
            return _weighed(enrolment, representatives.confirm(enrolment, command, facts.now), facts)
        case EndRepresentative():
            told = _without_bookings(enrolment, representatives.end(enrolment, command, facts.now))
            return _weighed(enrolment, told, facts)
        case ReplaceRepresentative():
            told = _without_bookings(enrolment, succession.replace(enrolment, command, facts.now))
            return _weighed(enrolment, told, facts)
        case _:
            assert_never(command)


def _without_bookings(enrolment: Enrolment, told: Sequence[EnrolmentEvent]) -> Sequence[EnrolmentEvent]:
    """Return what was told, and which catch-ups are not going to be."""
    return [*told, *catch_up_booking.fallen_away(reduce(evolve, told, enrolment))]


def _weighed(enrolment: Enrolment, told: Sequence[EnrolmentEvent], facts: EnrolmentFacts) -> Sequence[EnrolmentEvent]:
    """Return what was told, and what it means for the home's risks."""
    return [*told, *risks.changes(reduce(evolve, told, enrolment), facts.now)] if told else []
