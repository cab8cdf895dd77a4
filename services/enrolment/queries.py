"""Questions about enrolment that neither an aggregate nor a view answers."""

from pydantic import BaseModel, ConfigDict

from services.enrolment.domain.cohort import VersionUnknown
from services.enrolment.domain.home import AlreadyEnrolled
from services.enrolment.domain.places import CohortFull
from services.enrolment.domain.placing import (
    AnotherPathway,
    CommitmentMissing,
    SettingNotOffered,
    TooFewRepresentatives,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Query
from shared.chassis.declarations.refusal import Refusal

JUDGED: tuple[tuple[type[Refusal], str], ...] = (
    (CommitmentMissing, "commitment"),
    (TooFewRepresentatives, "confirmed_representatives"),
    (AnotherPathway, "pathway"),
    (SettingNotOffered, "setting"),
    (AlreadyEnrolled, "live_enrolment_on_the_pathway"),
    (CohortFull, "places_left_in_the_cohort"),
)
"""Every reason why a home may not get a place, and what of it is looked at. A rating is not among them."""


class EligibilityQuestion(BaseModel):
    """For which programme version; without one, the rules without their numbers."""

    model_config = ConfigDict(extra="forbid")

    version_id: Key | None = None


class EligibilityRule(BaseModel):
    """One rule: the code of the refusal it leads to, what it says, what it looks at, and what the version asks for."""

    code: str
    says: str
    input: str
    asks_for: str | None = None


class Eligibility(BaseModel):
    """Everything that is judged before a home gets a place, and nothing else."""

    version_id: str | None
    inputs: tuple[str, ...]
    rules: tuple[EligibilityRule, ...]


async def eligibility(question: EligibilityQuestion, tools: Tools) -> Eligibility:
    """Say what is judged. Raises VersionUnknown."""
    asks_for = await _numbers(question.version_id, tools) if question.version_id else {}
    return Eligibility(
        version_id=question.version_id,
        inputs=tuple(name for _, name in JUDGED),
        rules=tuple(_rule(refusal, name, asks_for.get(name)) for refusal, name in JUDGED),
    )


async def _numbers(version_id: str, tools: Tools) -> dict[str, str]:
    version = await tools.look(ProgrammeVersion, version_id)
    if version is None:
        raise VersionUnknown(field="version_id")
    return {
        "commitment": version.commitment.version,
        "confirmed_representatives": str(version.rules.min_representatives),
        "pathway": version.pathway,
        "setting": ", ".join(version.settings),
    }


def _rule(refusal: type[Refusal], name: str, asks_for: str | None) -> EligibilityRule:
    return EligibilityRule(code=refusal.code(), says=refusal.sentence(), input=name, asks_for=asks_for)


QUERIES = (Query(path="eligibility-rules", read_by=SIGNED_IN, question=EligibilityQuestion, answer=eligibility),)
