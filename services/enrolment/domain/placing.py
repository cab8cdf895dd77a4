"""How a home comes in: it applies, commits itself, gets its place in a cohort.

Nothing here reads a rating: every home that commits itself may come.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from services.enrolment.domain.askers import COORDINATORS, HOME_MANAGER
from services.enrolment.domain.days import already, weeks
from services.enrolment.domain.enrolment_state import Commitment, Enrolment
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.facts import DocumentRef
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import (
    ApplicationSubmitted,
    CommitmentRecorded,
    HomeEnrolled,
    SignatoryRole,
)
from shared.events.values import Setting, Value


class ApplyingHome(Value):
    """What is known of the home that applies; `previous` is the enrolment it had before on each pathway."""

    name: str
    setting: Setting
    previous: Mapping[str, str] = {}


class ChosenCohort(Value):
    """What is known of the cohort that a home is to join."""

    pathway: str
    version_id: str
    starts_on: date
    lead_person_id: str | None = None


class SubmitApplication(Command):
    """Ask for a place on a pathway; `version_id` is the programme version that the home was shown.

    `interest_id` names the interest that somebody registered before, if this came of it.
    """

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER
    creates: ClassVar[bool] = True

    enrolment_id: Key
    home_id: Key
    pathway: Key
    applicant_person_id: Key
    version_id: Key | None = None
    interest_id: Key | None = None


class RecordCommitment(Command):
    """Put on record who signed the commitment: time for the representatives, support, and that it will last.

    `version_id` may be left out when the application names it; `wording_version` is the wording that was signed. When
    the registered manager changes, the new one signs anew.
    """

    asked_by: ClassVar[Access] = COORDINATORS | HOME_MANAGER

    enrolment_id: Key
    signatory_person_id: Key
    signatory_role: SignatoryRole
    wording_version: Key
    signed_on: date
    version_id: Key | None = None
    note: Text | None = None


class PlaceHome(Command):
    """Give the home its place in a cohort: its nine months begin."""

    asked_by: ClassVar[Access] = COORDINATORS

    enrolment_id: Key
    cohort_id: Key


class HomeNotFound(Refusal, kind="invalid"):
    """There is no such home here. Register it first."""


class InterestNotFound(Refusal, kind="invalid"):
    """There is no such interest here. Leave it out, or register it first."""


class VersionNeeded(Refusal, kind="invalid"):
    """Name the published programme version whose commitment was signed."""


class WordingUnknown(Refusal, kind="invalid"):
    """This is not the wording of that programme version's commitment. Have the published one signed."""


class AlreadyCommitted(Refusal):
    """A commitment with another signature is on record already."""


class CommitmentMissing(Refusal):
    """Manager, owner or matron must sign the commitment before the home gets a place."""


class TooFewRepresentatives(Refusal):
    """The home needs more confirmed representatives before it gets a place."""


class CohortNotFound(Refusal, kind="invalid"):
    """There is no such cohort here, or it has no lead facilitator yet."""


class AnotherPathway(Refusal):
    """The cohort is on another pathway than the one the home applied for. Choose a cohort of its pathway."""


class SettingNotOffered(Refusal):
    """The cohort's programme version is made for other kinds of home. Choose a cohort of a version for this one."""


class AlreadyPlaced(Refusal):
    """The home has its place in a cohort already."""


def submit(
    enrolment: Enrolment, command: SubmitApplication, home: ApplyingHome | None, *, interest_known: bool, now: datetime
) -> Sequence[ApplicationSubmitted]:
    """Return what follows. Raises HomeNotFound and InterestNotFound."""
    if enrolment.status != "none":
        return []
    if home is None:
        raise HomeNotFound(field="home_id")
    if command.interest_id is not None and not interest_known:
        raise InterestNotFound(field="interest_id")
    submitted = ApplicationSubmitted(
        **command.model_dump(),
        home_name=home.name,
        setting=home.setting,
        applied_at=now,
        previous_enrolment_id=home.previous.get(command.pathway),
    )
    return [submitted]


def commit(
    enrolment: Enrolment,
    command: RecordCommitment,
    version: ProgrammeVersion | None,
    now: datetime,
    note: DocumentRef | None,
) -> Sequence[CommitmentRecorded]:
    """Return what follows. Raises VersionNeeded, WordingUnknown, AlreadyCommitted, AbsurdDate and DateInFuture."""
    already(command.signed_on, now, "signed_on")
    if version is None or version.pathway != enrolment.pathway:
        raise VersionNeeded(field="version_id", pathway=enrolment.pathway)
    if command.wording_version != version.commitment.version:
        raise WordingUnknown(field="wording_version", wording_version=version.commitment.version)
    told = command.model_dump(exclude={"note", "version_id"}) | {"version_id": version.version_id}
    if enrolment.commitment == Commitment.model_validate(told):
        return []
    awaited = enrolment.new_manager_person_id
    if enrolment.commitment is not None and (awaited is None or awaited != command.signatory_person_id):
        raise AlreadyCommitted(signed_on=enrolment.commitment.signed_on)
    return [CommitmentRecorded(**told, home_id=enrolment.home_id, note=note)]


def place(
    enrolment: Enrolment,
    command: PlaceHome,
    cohort: ChosenCohort | None,
    version: ProgrammeVersion | None,
    now: datetime,
) -> Sequence[HomeEnrolled]:
    """Return what follows. Raises the refusals of this module that speak of a place."""
    if _has_it(enrolment, command):
        return []
    if cohort is None or cohort.lead_person_id is None or version is None:
        raise CohortNotFound(field="cohort_id")
    commitment = _ready(enrolment, cohort, version)
    started_on = max(cohort.starts_on, local_day(now))
    return [
        HomeEnrolled(
            **_who(enrolment),
            cohort_id=command.cohort_id,
            version_id=version.version_id,
            started_on=started_on,
            target_ends_on=started_on + weeks(version.rules.nominal_weeks),
            lead_person_id=cohort.lead_person_id,
            signatory_person_id=commitment.signatory_person_id,
            representative_person_ids=enrolment.active,
            mandatory_codes=version.mandatory_codes,
            rules=version.rules,
            risk_words=version.risk_words,
        )
    ]


def _has_it(enrolment: Enrolment, command: PlaceHome) -> bool:
    if enrolment.cohort_id not in (None, command.cohort_id):
        raise AlreadyPlaced(cohort_id=enrolment.cohort_id)
    return enrolment.cohort_id is not None


def _ready(enrolment: Enrolment, cohort: ChosenCohort, version: ProgrammeVersion) -> Commitment:
    if enrolment.commitment is None:
        raise CommitmentMissing
    if len(enrolment.active) < version.rules.min_representatives:
        raise TooFewRepresentatives(needed=version.rules.min_representatives, confirmed=len(enrolment.active))
    if cohort.pathway != enrolment.pathway:
        raise AnotherPathway(field="cohort_id", pathway=enrolment.pathway)
    if enrolment.setting not in version.settings:
        raise SettingNotOffered(field="cohort_id", settings=list(version.settings))
    return enrolment.commitment


def _who(enrolment: Enrolment) -> dict[str, Any]:
    return enrolment.model_dump(include={"enrolment_id", "home_id", "home_name", "pathway", "setting"})
