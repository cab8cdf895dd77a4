"""What a programme version asks of a portfolio."""

from typing import ClassVar

from shared.chassis.declarations.event import Event
from shared.events.values import CompletionRules, Framework, Requirement, Wording


class RequirementsAdopted(Event):
    """Portfolio knows what a programme version asks for. Caused always by AdoptRequirements."""

    private: ClassVar[bool] = True

    version_id: str
    title: str
    pathway: str
    requirements: tuple[Requirement, ...]
    frameworks: tuple[Framework, ...]
    rules: CompletionRules
    attestation: Wording
