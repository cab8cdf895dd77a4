"""What a programme version asks of a portfolio: its requirements, rules and the wording of the promise.

Adopted once from the published version and never changed; the stream's id is the version's id.
"""

from collections.abc import Collection, Sequence
from typing import ClassVar, assert_never

from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.chassis.declarations.state import State, replace
from shared.events.portfolio import RequirementsAdopted
from shared.events.values import CompletionRules, Framework, Requirement, Wording


class Requirements(State):
    """The catalogue of one programme version."""

    version_id: str = ""
    title: str = ""
    pathway: str = ""
    requirements: tuple[Requirement, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    rules: CompletionRules = CompletionRules()
    attestation: Wording = Wording(version="", text="")

    def find(self, key: str) -> Requirement | None:
        """The requirement with this key, or None."""
        return next((found for found in self.requirements if found.key == key), None)

    def tags_of(self, keys: Collection[str]) -> tuple[str, ...]:
        """The framework codes of these requirements, each once, in the version's order."""
        return tuple(dict.fromkeys(tag for each in self.requirements if each.key in keys for tag in each.tags))

    def missing(self, settled: Collection[str]) -> tuple[str, ...]:
        """The keys of the essential requirements that are not among the settled ones, in the version's order."""
        return tuple(each.key for each in self.requirements if each.essential and each.key not in settled)


class AdoptRequirements(Command):
    """Take over what a published programme version asks for."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    requirements_id: Key
    title: str
    pathway: str
    requirements: tuple[Requirement, ...]
    frameworks: tuple[Framework, ...]
    rules: CompletionRules
    attestation: Wording


class RequirementsNotHereYet(Refusal):
    """What the programme version asks for has not arrived here yet. Ask again in a moment."""


class UnknownRequirement(Refusal, kind="invalid"):
    """The programme version of this portfolio has no such requirement. Choose one of the keys its progress lists."""


class UnknownTag(Refusal, kind="invalid"):
    """No framework of this programme version has that code. Choose one of the codes of its frameworks."""


def decide(adopted: Requirements, command: AdoptRequirements, facts: Facts) -> Sequence[RequirementsAdopted]:
    """Adopt once; a version never changes, so asked again there is nothing to do. Raises nothing."""
    del facts
    match command:
        case AdoptRequirements():
            told = {
                name: getattr(command, name) for name in AdoptRequirements.model_fields if name != "requirements_id"
            }
            fresh = RequirementsAdopted(version_id=command.requirements_id, **told)
            return [] if adopted.version_id else [fresh]
        case _:
            assert_never(command)


def evolve(adopted: Requirements, event: RequirementsAdopted) -> Requirements:
    """The catalogue after this event."""
    match event:
        case RequirementsAdopted():
            return replace(adopted, **{name: getattr(event, name) for name in RequirementsAdopted.model_fields})
        case _:
            assert_never(event)
