"""A register by numbers."""

from collections import Counter

from pydantic import BaseModel, ConfigDict

from services.enrolment.domain.askers import STAFF
from services.enrolment.domain.workshop import WorkshopUnknown
from services.enrolment.domain.workshop_state import Workshop
from shared.chassis.declarations.command import Key
from shared.chassis.declarations.query import Query, QueryTools


class ReportQuestion(BaseModel):
    """How many were at one workshop, and how many caught up on it since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workshop_id: Key


class RegisterReport(BaseModel):
    """What a register says by numbers; who caught up is counted apart from who was there."""

    workshop_id: str
    code: str
    attended: int
    part: int
    caught_up: int
    apologies: int
    absent: int
    voided: int
    walk_ins_unknown: int
    amendments: int


async def register_report(question: ReportQuestion, tools: QueryTools) -> RegisterReport:
    """Count what the register says. Raises WorkshopUnknown."""
    held = await tools.look(Workshop, question.workshop_id)
    if held is None:
        raise WorkshopUnknown(field="workshop_id")
    counted = Counter(known.status for known in held.attendances.values())
    return RegisterReport(
        workshop_id=held.workshop_id,
        code=held.code,
        attended=counted["attended"],
        part=counted["part"],
        caught_up=counted["caught-up"],
        apologies=counted["apologies"],
        absent=counted["absent"],
        voided=len(held.voided),
        walk_ins_unknown=sum(walk_in.person_id is None for walk_in in held.walk_ins.values()),
        amendments=held.amendments,
    )


REGISTERS = (
    Query(path="workshops/{workshop_id}/report", read_by=STAFF, question=ReportQuestion, answer=register_report),
)
