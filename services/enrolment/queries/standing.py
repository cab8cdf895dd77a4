"""What is judged before a home gets a place, and how far its coverage has come."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.enrolment.domain.askers import HOME, STAFF
from services.enrolment.domain.cohort import VersionUnknown
from services.enrolment.domain.completion import needed_of
from services.enrolment.domain.enrolment import EnrolmentUnknown
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.home import AlreadyEnrolled
from services.enrolment.domain.places import CohortFull
from services.enrolment.domain.placing import (
    AnotherPathway,
    CommitmentMissing,
    SettingNotOffered,
    TooFewRepresentatives,
)
from services.enrolment.domain.programme_version import ProgrammeVersion
from services.enrolment.domain.succession import missing
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


Met = Literal["met", "not_met"]


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


class CoverageQuestion(BaseModel):
    """Of which enrolment."""

    model_config = ConfigDict(extra="forbid")

    enrolment_id: Key


class HomeCoverage(BaseModel):
    """How far the home has come: somebody was there for so many of the mandatory workshops; so many are needed."""

    covered_codes: tuple[str, ...]
    done: int
    total: int
    needed: int
    engagement: Met


class PersonCoverage(BaseModel):
    """How far one person has come: `catch_up` is what the home has covered and they have not."""

    person_id: str
    active: bool
    covered_codes: tuple[str, ...]
    done: int
    total: int
    needed: int
    catch_up: tuple[str, ...]
    award: Met


class Coverage(BaseModel):
    """The home as a whole, apart from each person who represents it or did."""

    enrolment_id: str
    home_id: str
    home: HomeCoverage
    people: tuple[PersonCoverage, ...]


async def coverage(question: CoverageQuestion, tools: Tools) -> Coverage:
    """Say who covered what, by the thresholds of the version. Raises EnrolmentUnknown."""
    enrolment = await tools.look(Enrolment, question.enrolment_id)
    if enrolment is None:
        raise EnrolmentUnknown(field="enrolment_id")
    represented = [period.person_id for period in enrolment.representatives]
    people = dict.fromkeys([*represented, *(noted.person_id for noted in enrolment.attendances)])
    return Coverage(
        enrolment_id=enrolment.enrolment_id,
        home_id=enrolment.home_id,
        home=HomeCoverage(**_of_home(enrolment)),
        people=tuple(_of_person(enrolment, person_id) for person_id in people),
    )


def _of_home(enrolment: Enrolment) -> dict[str, Any]:
    codes = tuple(code for code in enrolment.mandatory_codes if code in enrolment.covered)
    needed = needed_of(enrolment, enrolment.rules.home_coverage_percent)
    return _counted(enrolment, codes, needed) | {"engagement": _met(codes, needed)}


def _of_person(enrolment: Enrolment, person_id: str) -> PersonCoverage:
    own = enrolment.covered_by(person_id)
    codes = tuple(code for code in enrolment.mandatory_codes if code in own)
    needed = needed_of(enrolment, enrolment.rules.award_coverage_percent)
    return PersonCoverage(
        **_counted(enrolment, codes, needed),
        person_id=person_id,
        active=person_id in enrolment.active,
        catch_up=missing(enrolment, person_id),
        award=_met(codes, needed),
    )


def _counted(enrolment: Enrolment, codes: tuple[str, ...], needed: int) -> dict[str, Any]:
    return {"covered_codes": codes, "done": len(codes), "total": len(enrolment.mandatory_codes), "needed": needed}


def _met(codes: tuple[str, ...], needed: int) -> Met:
    return "met" if needed and len(codes) >= needed else "not_met"


STANDING = (
    Query(path="eligibility-rules", read_by=SIGNED_IN, question=EligibilityQuestion, answer=eligibility),
    Query(
        path="enrolments/{enrolment_id}/coverage",
        read_by=STAFF | HOME,
        question=CoverageQuestion,
        answer=coverage,
        unit="home_id",
    ),
)
