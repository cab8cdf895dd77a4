"""A programme version: what a cohort follows from its first day to its last."""

from collections.abc import Mapping

from shared.chassis.declarations.event import Event
from shared.events.values import CompletionRules, Framework, PlannedWorkshop, Requirement, Setting, Wording


class ProgrammeVersionPublished(Event):
    """A programme version became available to new cohorts; from then on it never changes.

    Caused always by PublishProgrammeVersion.
    """

    version_id: str
    programme: str
    number: int
    title: str
    pathway: str
    settings: tuple[Setting, ...]
    workshops: tuple[PlannedWorkshop, ...]
    requirements: tuple[Requirement, ...]
    frameworks: tuple[Framework, ...]
    rules: CompletionRules
    commitment: Wording
    attestation: Wording
    risk_words: Mapping[str, str] = {}
