"""A programme version: workshops, requirements, frameworks, rules and wordings. Once published it never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import ConfigDict, Field, StringConstraints

from services.enrolment.domain.askers import COORDINATORS
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key, Name
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.identity import derived_id
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State
from shared.events.enrolment import ProgrammeVersionPublished
from shared.events.values import CompletionRules, Framework, Label, Mode, PlannedWorkshop, Requirement, Setting, Wording

STRICT = ConfigDict(frozen=True, extra="forbid")

Reason = Literal["no-representative", "workshops-missed", "silent", "manager-changed", "catch-up-overdue"]
"""Why a home may be at risk; a version says each in its own words."""

Percent = Annotated[int, Field(ge=1, le=100, strict=True)]
Count = Annotated[int, Field(ge=1, le=1_000, strict=True)]
Statement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000)]


class ProgrammeVersion(State):
    """What was published; `number` 0 means nothing yet."""

    version_id: str = ""
    programme: str = ""
    number: int = 0
    title: str = ""
    pathway: str = ""
    settings: tuple[Setting, ...] = ()
    workshops: tuple[PlannedWorkshop, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    rules: CompletionRules = CompletionRules()
    commitment: Wording = Wording(version="", text="")
    attestation: Wording = Wording(version="", text="")
    risk_words: Mapping[str, str] = {}

    @property
    def mandatory_codes(self) -> tuple[str, ...]:
        """The codes of the workshops that must be covered, in their order."""
        return tuple(workshop.code for workshop in self.workshops if workshop.mandatory)


class LabelGiven(Label):
    """One label as it is handed in; unknown fields are refused."""

    model_config = STRICT

    title: Name


class WorkshopGiven(PlannedWorkshop):
    """One workshop as it is handed in; unknown fields are refused."""

    model_config = STRICT

    code: Key
    title: Name
    labels: Annotated[tuple[LabelGiven, ...], Field(max_length=50)] = ()
    modes: Annotated[tuple[Mode, ...], Field(min_length=1, max_length=3)] = ("in-person", "online", "hybrid")
    minutes: Annotated[int, Field(ge=15, le=1_440, strict=True)] = 210
    after: tuple[Key, ...] | None = None


class RequirementGiven(Requirement):
    """One requirement as it is handed in; unknown fields are refused."""

    model_config = STRICT

    key: Key
    step: Key
    title: Name
    tags: tuple[Key, ...] = ()


class FrameworkGiven(Framework):
    """One framework as it is handed in; unknown fields are refused."""

    model_config = STRICT

    key: Key
    version: Key
    title: Name
    codes: Annotated[tuple[Key, ...], Field(min_length=1, max_length=500)]


class RulesGiven(CompletionRules):
    """The numbers as they are handed in; unknown fields and impossible numbers are refused."""

    model_config = STRICT

    min_representatives: Count = 1
    nominal_weeks: Count = 36
    max_weeks: Count = 39
    late_days: Annotated[int, Field(ge=0, le=365, strict=True)] = 7
    valid_months: Count = 12
    grace_days: Annotated[int, Field(ge=0, le=365, strict=True)] = 30
    catch_up_days: Annotated[int, Field(ge=1, le=365, strict=True)] = 56
    home_coverage_percent: Percent = 100
    award_coverage_percent: Percent = 100
    offer_working_days: Annotated[int, Field(ge=1, le=60, strict=True)] = 10
    joins_before: Key | None = None
    missed_until_risk: Count = 2
    silent_days: Count = 30
    risk_review_days: Count = 14
    vacancy_grace_days: Count = 28
    vacancy_decision_days: Count = 90


class WordingGiven(Wording):
    """A wording as it is handed in; unknown fields are refused."""

    model_config = STRICT

    version: Key
    text: Statement


class PublishProgrammeVersion(Command):
    """Make a version of a programme available to new cohorts of this region."""

    asked_by: ClassVar[Access] = COORDINATORS
    creates: ClassVar[bool] = True

    programme_version_id: Key
    programme: Key
    number: Annotated[int, Field(gt=0, le=10_000, strict=True)]
    title: Name
    pathway: Key
    settings: Annotated[tuple[Setting, ...], Field(min_length=1, max_length=20)]
    workshops: Annotated[tuple[WorkshopGiven, ...], Field(max_length=100)]
    requirements: Annotated[tuple[RequirementGiven, ...], Field(max_length=500)]
    frameworks: Annotated[tuple[FrameworkGiven, ...], Field(max_length=20)] = ()
    rules: RulesGiven = RulesGiven()
    commitment: WordingGiven
    attestation: WordingGiven
    risk_words: Annotated[Mapping[Reason, Name], Field(max_length=20)] = {}


class NoMandatoryWorkshop(Refusal, kind="invalid"):
    """A programme version needs at least one mandatory workshop, or nobody could ever complete it."""


class DuplicateCode(Refusal, kind="invalid"):
    """A code is there twice: give each workshop, requirement, framework and framework code one of its own."""


class UnknownStep(Refusal, kind="invalid"):
    """A step that is named is not the code of a workshop of this version."""


class UnknownTag(Refusal, kind="invalid"):
    """A requirement's tag is not a code of any framework of this version."""


class PublishedOtherwise(Refusal):
    """This number was published with another content, which never changes. Publish under the next number."""


ProgrammeVersionCommand = PublishProgrammeVersion
ProgrammeVersionEvent = ProgrammeVersionPublished


def version_id(region: str, programme: str, number: int) -> str:
    """Return the id of a version: a programme has each number once in a region."""
    return derived_id("programme-version", region, programme, str(number))


def identity(command: PublishProgrammeVersion, region: str) -> str:
    """Return the id of what is to be published."""
    return version_id(region, command.programme, command.number)


def decide(
    version: ProgrammeVersion, command: ProgrammeVersionCommand, facts: Facts
) -> Sequence[ProgrammeVersionEvent]:
    """Return what follows. Raises the refusals of this module."""
    del facts
    _check(command)
    content = command.model_dump(exclude={"programme_version_id"})
    published = ProgrammeVersionPublished(version_id=command.programme_version_id, **content)
    if version.number:
        if evolve(version, published) != version:
            raise PublishedOtherwise(version_id=version.version_id)
        return []
    return [published]


def evolve(version: ProgrammeVersion, event: ProgrammeVersionEvent) -> ProgrammeVersion:
    """Return the version after this event."""
    match event:
        case ProgrammeVersionPublished():
            return type(version).model_validate(event.model_dump())
        case _:
            assert_never(event)


def _check(command: PublishProgrammeVersion) -> None:
    steps = [workshop.code for workshop in command.workshops]
    tags = [code for framework in command.frameworks for code in framework.codes]
    if not any(workshop.mandatory for workshop in command.workshops):
        raise NoMandatoryWorkshop(field="workshops")
    _once(steps, "workshops")
    _once([requirement.key for requirement in command.requirements], "requirements")
    _once([*(framework.key for framework in command.frameworks), *tags], "frameworks")
    if command.rules.joins_before not in (None, *steps):
        raise UnknownStep(field="rules", key="joins_before", step=command.rules.joins_before)
    for requirement in command.requirements:
        if requirement.step not in steps:
            raise UnknownStep(field="requirements", key=requirement.key, step=requirement.step)
        if unknown := [tag for tag in requirement.tags if tag not in tags]:
            raise UnknownTag(field="requirements", key=requirement.key, tags=unknown)


def _once(codes: Iterable[str], field: str) -> None:
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        raise DuplicateCode(field=field, codes=twice)
