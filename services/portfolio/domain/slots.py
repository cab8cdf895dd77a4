"""The slots of a portfolio: filled by approved items, excepted for a reason, reopened when an approval is withdrawn."""

from collections.abc import Sequence
from typing import ClassVar

from services.portfolio.domain.askers import FACILITATORS
from services.portfolio.domain.award import earned
from services.portfolio.domain.portfolio_state import ConflictOfInterest, Portfolio, evolve
from services.portfolio.domain.requirements import Requirements, UnknownRequirement
from services.portfolio.domain.sign_off import became_ready
from shared.chassis.declarations.access import ONLY_WITHIN, Access
from shared.chassis.declarations.command import Command, Key, Text
from shared.chassis.declarations.facts import Facts
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import (
    AccreditationEarned,
    PortfolioReadyForSignOff,
    RequirementExcepted,
    SlotBacked,
    SlotFilled,
    SlotRenewed,
    SlotReopened,
)

SlotEvent = (
    SlotFilled
    | SlotBacked
    | SlotRenewed
    | RequirementExcepted
    | SlotReopened
    | PortfolioReadyForSignOff
    | AccreditationEarned
)


class FillSlot(Command):
    """Put an approved item into the slot of its requirement, and of every further one that it serves."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    enrolment_id: Key
    home_id: Key
    requirement_key: Key
    also_for: tuple[Key, ...] = ()
    evidence_id: Key
    revision: int


class ReopenSlots(Command):
    """Open the slots again that rested on an item whose approval was withdrawn."""

    asked_by: ClassVar[Access] = ONLY_WITHIN
    creates: ClassVar[bool] = True

    portfolio_id: Key
    evidence_id: Key
    cause_event_id: Key


class ExceptRequirement(Command):
    """Record that a requirement does not apply to this home, and why."""

    asked_by: ClassVar[Access] = FACILITATORS

    portfolio_id: Key
    requirement_key: Key
    reason: Text


class SlotAlreadyFilled(Refusal):
    """This requirement has an approved item, so it needs no exception."""


def fill(portfolio: Portfolio, command: FillSlot, facts: Facts, asked: Requirements | None) -> Sequence[SlotEvent]:
    """Fill what is open, and remember the item behind what is filled. Raises nothing."""
    # Recorded even after the sign-off: the approval came first, only the news of it was late.
    events: list[SlotEvent] = []
    after = portfolio
    for key in dict.fromkeys((command.requirement_key, *command.also_for)):
        event = _filled(after, command, key, asked)
        if event is not None:
            events.append(event)
            after = evolve(after, event)
    return [*events, *_following(portfolio, after, command.portfolio_id, asked, facts)] if events else []


def _filled(
    portfolio: Portfolio, command: FillSlot, key: str, asked: Requirements | None
) -> SlotFilled | SlotBacked | SlotRenewed | None:
    renewed = _renewed(portfolio, command, key)
    if renewed is not None:
        return renewed
    there = portfolio.approved.get(key)
    told = {"requirement_key": key, **command.model_dump(include={"portfolio_id", "evidence_id", "revision"})}
    if there is None:
        left = _missing_after(portfolio, key, asked)
        return SlotFilled(enrolment_id=command.enrolment_id, essential_left=left, **told)
    if portfolio.rests_on(command.evidence_id, key):
        return None
    return SlotBacked(**told)


def _renewed(portfolio: Portfolio, command: FillSlot, key: str) -> SlotRenewed | None:
    """Fresh evidence where a renewal asks for it: an item that the portfolio does not know yet."""
    renewal = portfolio.renewal
    if renewal is None or portfolio.rests_on(command.evidence_id, key) or key not in renewal.open_keys:
        return None
    return SlotRenewed(
        requirement_key=key,
        cycle=renewal.cycle,
        left=len(renewal.open_keys) - 1,
        **command.model_dump(include={"portfolio_id", "enrolment_id", "evidence_id", "revision"}),
    )


def except_requirement(
    portfolio: Portfolio, command: ExceptRequirement, facts: Facts, asked: Requirements
) -> Sequence[SlotEvent]:
    """Except it. Raises ConflictOfInterest, UnknownRequirement, SlotAlreadyFilled, PortfolioLocked and HomeHasLeft."""
    key = command.requirement_key
    if portfolio.is_own_home_of(facts.actor):
        raise ConflictOfInterest
    if asked.find(key) is None:
        raise UnknownRequirement(field="requirement_key")
    if key in portfolio.approved:
        raise SlotAlreadyFilled
    if key in portfolio.excepted:
        return []
    portfolio.must_take((key,))
    excepted = RequirementExcepted(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        requirement_key=key,
        reason=facts.documents["reason"],
        excepted_by=facts.actor.id,
        essential_left=_missing_after(portfolio, key, asked),
    )
    after = evolve(portfolio, excepted)
    return [excepted, *_following(portfolio, after, command.portfolio_id, asked, facts)]


def reopen(portfolio: Portfolio, command: ReopenSlots, facts: Facts, asked: Requirements | None) -> Sequence[SlotEvent]:
    """Open every slot that the item fills; a further approved item takes its place at once. Raises nothing."""
    events: list[SlotEvent] = []
    after = portfolio
    fresh = portfolio.renewal.renewed.keys() if portfolio.renewal else ()
    for key in sorted({*portfolio.approved, *portfolio.backing, *fresh}):
        for event in _without(after, command, key, asked):
            events.append(event)
            after = evolve(after, event)
    return [*events, *_following(after, after, command.portfolio_id, asked, facts)] if events else []


def _without(
    portfolio: Portfolio, command: ReopenSlots, key: str, asked: Requirements | None
) -> list[SlotReopened | SlotFilled | SlotBacked]:
    """What becomes of one slot without the item."""
    backing = portfolio.backing.get(key, {})
    told = {"portfolio_id": command.portfolio_id, "requirement_key": key}
    if command.evidence_id in backing:
        revision = backing[command.evidence_id]
        return [SlotBacked(**told, evidence_id=command.evidence_id, revision=revision, backs=False)]
    if portfolio.renewal and portfolio.renewal.renewed.get(key) == command.evidence_id:
        return [_reopened(portfolio, command, key, asked)]
    if portfolio.approved.get(key) != command.evidence_id:
        return []
    reopened = _reopened(portfolio, command, key, asked)
    if not backing:
        return [reopened]
    item, revision = next(iter(backing.items()))
    filled = SlotFilled(
        **told,
        enrolment_id=portfolio.enrolment_id,
        evidence_id=item,
        revision=revision,
        essential_left=_missing_after(portfolio, key, asked),
    )
    return [reopened, filled]


def _reopened(portfolio: Portfolio, command: ReopenSlots, key: str, asked: Requirements | None) -> SlotReopened:
    lost = {key} if portfolio.approved.get(key) == command.evidence_id else set()
    left = None if asked is None else len(asked.missing(portfolio.approved.keys() - lost | portfolio.excepted))
    return SlotReopened(
        portfolio_id=command.portfolio_id,
        enrolment_id=portfolio.enrolment_id,
        home_id=portfolio.home_id,
        pathway=portfolio.pathway,
        requirement_key=key,
        evidence_id=command.evidence_id,
        cause_event_id=command.cause_event_id,
        under_award=portfolio.earned,
        essential_left=left,
    )


def _following(
    before: Portfolio, after: Portfolio, portfolio_id: str, asked: Requirements | None, facts: Facts
) -> list[PortfolioReadyForSignOff | AccreditationEarned]:
    """What follows when nothing essential is missing any more."""
    if asked is None or asked.missing(after.settled):
        return []
    return [*became_ready(before, portfolio_id), *earned(after, portfolio_id, asked, facts)]


def _missing_after(portfolio: Portfolio, settled: str, asked: Requirements | None) -> int | None:
    return None if asked is None else len(asked.missing(portfolio.settled | {settled}))
