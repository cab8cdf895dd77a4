"""How the lives of the things of each service may begin: what is asked first, in the words of the published examples.

Enrolment begins with commands; the others hear what enrolment and they themselves have published, by their policies.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from services.enrolment.domain.cohort import OpenCohort, PlanCohort
from services.enrolment.domain.facilitator import RecordCompetence
from services.enrolment.domain.home import RegisterHome
from services.enrolment.domain.leading import AssignFacilitator
from services.enrolment.domain.placing import PlaceHome, RecordCommitment, SubmitApplication
from services.enrolment.domain.programme_version import PublishProgrammeVersion
from services.enrolment.domain.representatives import ConfirmRepresentative, NominateRepresentative
from services.enrolment.domain.schedule import ScheduleWorkshop
from services.enrolment.service import FACILITATORS, HOMES, PROGRAMME_VERSIONS, WORKSHOPS
from services.network.domain.booking import BookPlace
from services.network.domain.gathering import PublishGathering
from services.network.domain.member_commands import GiveSharingConsent, JoinNetwork
from services.network.domain.wordings import WORDINGS
from services.network.service import MEMBERS
from services.notifications.domain.template import PublishTemplate
from services.notifications.service import TEMPLATES
from services.portfolio.domain.evidence import DraftEvidence, SubmitEvidence
from services.portfolio.domain.gap import RaiseGap
from services.portfolio.domain.identity import portfolio_of
from services.portfolio.service import GAPS
from shared.chassis.declarations.command import Command
from tests.support.enrolment_story import published
from tests.unit.machines.town import MOMENT, REGION
from tests.unit.machines.words import PEOPLE, examples

LEAD, MANAGER, CARER = PEOPLE
MORE_WORDS: Final[Mapping[str, Any]] = {
    "secret_sha256": "a" * 64,
    "sha256": "b" * 64,
    "requirement_key": "s1-statement",
}
"""Words that no example has in this form, or by this name."""


def enrolling() -> Sequence[Command]:
    """A home on its way into a cohort with one workshop; every step of it needs those before."""
    version = _made(PROGRAMME_VERSIONS, PublishProgrammeVersion, **published().model_dump(exclude={"version_id"}))
    cohort: dict[str, Any] = {"cohort_id": "cohort-1"}
    plan = {"name": "A", "version_id": version.programme_version_id, "area": "lancaster", "capacity": 1}
    begins = MOMENT + timedelta(days=1)
    when = {"starts_at": begins, "ends_at": begins + timedelta(hours=3)}
    return (
        version,
        _made(FACILITATORS, RecordCompetence, person_id=LEAD, programme="six-steps", competent_from="2025-01-01"),
        PlanCohort.model_validate({**cohort, **plan, "starts_on": MOMENT.date()}),
        AssignFacilitator(**cohort, person_id=LEAD),
        OpenCohort(**cohort),
        *_applying(version.programme_version_id),
        PlaceHome(enrolment_id="enrolment-1", **cohort),
        _made(WORKSHOPS, ScheduleWorkshop, **cohort, code="ON", **when),
    )


def _applying(version_id: str) -> Sequence[Command]:
    about = {"name": "Larch House", "setting": "care-home-nursing"}
    home = _made(HOMES, RegisterHome, **about, regulator="cqc", registration_number="1-123456")
    enrolment: dict[str, Any] = {"enrolment_id": "enrolment-1"}
    applied: dict[str, Any] = {"home_id": home.home_id, "pathway": "care-homes", "version_id": version_id}
    signed: dict[str, Any] = {"signatory_person_id": MANAGER, "signatory_role": "manager"}
    return (
        home,
        SubmitApplication(**enrolment, **applied, applicant_person_id=MANAGER),
        RecordCommitment(**enrolment, **signed, wording_version="commitment-1", signed_on=MOMENT.date()),
        NominateRepresentative(**enrolment, person_id=CARER, job_role="nurse"),
        ConfirmRepresentative(**enrolment, person_id=CARER),
    )


def proving() -> Sequence[Command]:
    """An item of evidence that waits for its review, and a gap: in the portfolio of the examples' enrolment."""
    enrolled = next(each["data"] for each in examples() if each["type"].endswith(".HomeEnrolled.v1"))
    home_id: str = enrolled["home_id"]
    portfolio: dict[str, Any] = {"portfolio_id": portfolio_of(enrolled["enrolment_id"]), "home_id": home_id}
    portfolio |= {"requirement_key": "s1-statement"}
    return (
        DraftEvidence(evidence_id="evidence-1", **portfolio, narrative="words"),
        SubmitEvidence(evidence_id="evidence-1", no_resident_identifiable=True),
        _made(GAPS, RaiseGap, **portfolio, action="words", owner_person_id=CARER, due_on=MOMENT.date()),
    )


def meeting() -> Sequence[Command]:
    """A member with a consent, and a gathering of one place with somebody who waits."""
    member = _made(MEMBERS, JoinNetwork, person_id=LEAD, area="lancaster")
    told: dict[str, Any] = {"gathering_id": "gathering-1"}
    begins = MOMENT + timedelta(days=9)
    when: dict[str, Any] = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
    return (
        member,
        GiveSharingConsent(
            member_id=member.member_id, fields=("name",), audience="region", wording_version=min(WORDINGS)
        ),
        PublishGathering(**told, **when, kind="forum", title="Forum", area="lancaster", capacity=1),
        BookPlace(**told, person_id=LEAD, sector="carers"),
        BookPlace(**told, person_id=MANAGER, sector="carers"),
    )


def telling() -> Sequence[Command]:
    """A region with a wording of its own."""
    wording = {"language": "en", "subject": "Hello", "text": "Welcome.", "html": "<p>Welcome.</p>"}
    return (_made(TEMPLATES, PublishTemplate, key="welcome", number=1, texts=(wording,)),)


def _made(row: Any, kind: type[Any], **told: Any) -> Any:
    """The command with the id that it gets over HTTP, made of what makes the thing unique."""
    command = kind.model_validate({**told, row.id_field: "x"})
    return command.model_copy(update={row.id_field: row.identity(command, REGION)})
