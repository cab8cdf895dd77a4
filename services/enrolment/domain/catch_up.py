"""Catching up: who did not cover a mandatory workshop is offered other ways, and stays labelled as having caught up.

The ways, and for how long they are on offer, are those of the version that the home was placed with. Order and window
of the register do not bind a catch-up; it counts when the person represented the home on the day of it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.enrolment.domain.days import already
from services.enrolment.domain.enrolment_state import Enrolment
from services.enrolment.domain.workshop_state import Workshop
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.refusal import Refusal
from shared.events.days import local_day
from shared.events.enrolment import CatchUpOffered, WorkshopAttended, WorkshopMissed
from shared.events.values import CatchUpMethod


class CatchUp(BaseModel):
    """How somebody caught up: at another cohort's workshop, which is named, one-to-one, or with the recording.

    The day is today, or that of the other workshop, when none is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: CatchUpMethod = "one-to-one"
    via_workshop_id: Key | None = None
    on: date | None = None


class CatchUpNotAllowed(Refusal, kind="invalid"):
    """The home's programme version does not let anybody catch up in this way. Choose one of those named."""


class NotTheSameWorkshop(Refusal, kind="invalid"):
    """Name a workshop of another cohort with the same code that has begun."""


def caught_up(
    workshop: Workshop, asked: CatchUp, enrolment: Enrolment, other: Workshop | None, now: datetime
) -> dict[str, Any]:
    """Return the day, the way and the place of a catch-up.

    Raises CatchUpNotAllowed, NotTheSameWorkshop, AbsurdDate and DateInFuture.
    """
    if asked.method not in enrolment.rules.catch_up_methods:
        raise CatchUpNotAllowed(field="catch_up", methods=list(enrolment.rules.catch_up_methods))
    via = _via(workshop, asked, other, now)
    on = already(asked.on or (via.day if via else local_day(now)), now, "catch_up")
    mode = via.mode if via else workshop.mode
    return {"on": on, "mode": mode, "catch_up_method": asked.method, "via_workshop_id": asked.via_workshop_id}


def _via(workshop: Workshop, asked: CatchUp, other: Workshop | None, now: datetime) -> Workshop | None:
    if (asked.method == "later-cohort") != (asked.via_workshop_id is not None):
        raise NotTheSameWorkshop(field="catch_up", code=workshop.code)
    if asked.via_workshop_id is None:
        return None
    if other is None or other.code != workshop.code or other.workshop_id == workshop.workshop_id:
        raise NotTheSameWorkshop(field="catch_up", code=workshop.code)
    if other.cancelled or other.starts_at is None or other.starts_at > now:
        raise NotTheSameWorkshop(field="catch_up", code=workshop.code)
    return other


def offered(
    workshop: Workshop, enrolment: Enrolment, fact: WorkshopAttended | WorkshopMissed
) -> Sequence[CatchUpOffered]:
    """Return the offer to somebody who did not cover the workshop, when there is anything to offer."""
    rules = enrolment.rules
    covers = isinstance(fact, WorkshopAttended) and fact.covers
    if covers or not workshop.mandatory or not rules.catch_up_methods:
        return []
    told = fact.model_dump(include=set(CatchUpOffered.model_fields))
    due_by = workshop.day + timedelta(days=rules.catch_up_days)
    return [CatchUpOffered(**told, methods=rules.catch_up_methods, due_by=due_by)]
