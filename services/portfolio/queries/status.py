"""What an accreditation was on any day, and the event that made it so."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.portfolio.domain.accreditation_state import Accreditation, AccreditationEvent, evolve
from services.portfolio.domain.askers import READERS
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Query, QueryTools, Told
from shared.chassis.declarations.refusal import Refusal
from shared.events.portfolio import (
    AccreditationAtRisk,
    AccreditationGranted,
    AccreditationLapsed,
    AccreditationPutUnderReview,
    AccreditationRenewed,
    AccreditationRevoked,
    AccreditationRiskCleared,
    AccreditationUpheld,
    ReaccreditationDue,
)


class StatusQuestion(BaseModel):
    """Which accreditation, and on which day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accreditation_id: Key
    on: date


class Because(BaseModel):
    """The event that made it so, and from which day."""

    event_id: str
    event: str
    since: date


class StatusOnDay(BaseModel):
    """The status on that day. `accredited`: it was an accredited provider; `because` is None before the first grant."""

    accreditation_id: str
    home_id: str
    on: date
    status: Literal["none", "granted", "due", "lapsed", "revoked"]
    accredited: bool
    in_grace: bool
    because: Because | None
    under_review: Because | None
    at_risk: Because | None


class AccreditationUnknown(Refusal):
    """There is no such accreditation."""

    kind = "missing"


async def status(question: StatusQuestion, tools: QueryTools) -> StatusOnDay:
    """What it was on that day. Raises AccreditationUnknown."""
    known = await tools.look(Accreditation, question.accreditation_id)
    if known is None:
        raise AccreditationUnknown
    return status_on(question, known.home_id, await tools.history(Accreditation, question.accreditation_id))


def status_on(question: StatusQuestion, home_id: str, history: Sequence[Told]) -> StatusOnDay:
    """The status on that day, by the days on which things took effect, not by when they were stored."""
    then = Accreditation()
    made = dict[str, Because]()
    for told, since in sorted(_dated(history), key=lambda each: each[1]):
        if since <= question.on:
            before, then = then, evolve(then, told.event)  # type: ignore[arg-type]  # the aggregate's own events
            because = Because(event_id=told.id, event=type(told.event).__name__, since=since)
            made |= dict.fromkeys(_changed(before, then, told.event), because)
    in_grace = then.holds and then.valid_to is not None and question.on > then.valid_to
    return StatusOnDay(
        accreditation_id=question.accreditation_id,
        home_id=home_id,
        on=question.on,
        status=then.status,
        accredited=then.holds,
        in_grace=in_grace,
        because=made.get("status"),
        under_review=made.get("review") if then.under_review_since else None,
        at_risk=made.get("risk") if then.at_risk_since else None,
    )


def _changed(before: Accreditation, after: Accreditation, event: object) -> list[str]:
    granted_anew = isinstance(event, AccreditationGranted | AccreditationRenewed)
    changes = {
        "status": granted_anew or before.status != after.status,
        "review": before.under_review_since is None and after.under_review_since is not None,
        "risk": before.at_risk_since is None and after.at_risk_since is not None,
    }
    return [name for name, changed in changes.items() if changed]


def _dated(history: Sequence[Told]) -> list[tuple[Told, date]]:
    """The events that change the status, with the day from which they did."""
    found = ((told, _effective(told.event)) for told in history)  # type: ignore[arg-type]  # the aggregate's own events
    return [(told, since) for told, since in found if since is not None]


def _effective(event: AccreditationEvent) -> date | None:  # noqa: C901, PLR0911 - one case for each event
    match event:
        case AccreditationGranted():
            return event.valid_from
        case ReaccreditationDue():
            return event.on
        case AccreditationRenewed():
            return event.renewed_on
        case AccreditationLapsed():
            return event.lapsed_on
        case AccreditationPutUnderReview() | AccreditationAtRisk():
            return event.since
        case AccreditationUpheld():
            return event.concluded_on
        case AccreditationRevoked():
            return event.revoked_on
        case AccreditationRiskCleared():
            return event.cleared_on
        case _:
            return None


STATUS = Query(
    path="accreditations/{accreditation_id}/status",
    read_by=READERS,
    question=StatusQuestion,
    answer=status,
    unit="home_id",
)
