"""What an item of evidence serves: the requirement it was begun for, further ones, and framework codes of its own.

The one item may serve many (peers.md F02). What it serves is settled with each submission and free again with a return.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from services.portfolio.domain.askers import HOME
from services.portfolio.domain.evidence_state import Evidence, EvidenceFacts, must_be_editable, writable_portfolio
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.domain.requirements import Requirements, UnknownRequirement, UnknownTag
from shared.chassis.declarations.access import Access
from shared.chassis.declarations.command import Command, Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import EvidenceMapped

Keys = Annotated[tuple[Key, ...], Field(max_length=20)]


class MapEvidence(Command):
    """Say which further requirements and codes a draft, or an item that came back, serves, in place of those before."""

    asked_by: ClassVar[Access] = HOME
    verb: ClassVar[str | None] = "map"

    evidence_id: Key
    also_for: Keys = ()
    tags: Keys = ()


class StepLocked(Refusal):
    """The step of this requirement is still locked. It opens once somebody of the home was at its workshop."""


def map_item(item: Evidence, command: MapEvidence, facts: EvidenceFacts) -> Sequence[EvidenceMapped]:
    """Return what it serves from now on. Raises the refusals of writing, StepLocked, UnknownRequirement, UnknownTag."""
    must_be_editable(item, facts)
    also_for, tags = further(item.requirement_key, command.also_for), own_tags(command.tags, facts.asked())
    if (also_for, tags) == (item.also_for, item.tags):
        return []
    portfolio = writable_portfolio(facts, (item.requirement_key, *also_for))
    for key in also_for:
        unlocked_step(key, "also_for", portfolio, facts.asked())
    mapped = EvidenceMapped(
        evidence_id=command.evidence_id,
        portfolio_id=item.portfolio_id,
        also_for=also_for,
        tags=tags,
        mapped_by=facts.actor.id,
    )
    return [mapped]


def further(first: str, keys: Sequence[str]) -> tuple[str, ...]:
    """Return each further requirement once."""
    return tuple(key for key in dict.fromkeys(keys) if key != first)


def unlocked_step(key: str, field: str, portfolio: Portfolio, asked: Requirements) -> str:
    """Return the unlocked step of this requirement. Raises UnknownRequirement and StepLocked."""
    requirement = asked.find(key)
    if requirement is None:
        raise UnknownRequirement(field=field)
    if requirement.step not in portfolio.steps:
        raise StepLocked(field=field, step=requirement.step)
    return requirement.step


def own_tags(tags: Sequence[str], asked: Requirements) -> tuple[str, ...]:
    """Return each code once. Raises UnknownTag for one that no framework of the version has."""
    known = {code for framework in asked.frameworks for code in framework.codes}
    if not known.issuperset(tags):
        raise UnknownTag(field="tags")
    return tuple(dict.fromkeys(tags))
