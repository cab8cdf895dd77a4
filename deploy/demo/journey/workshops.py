# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""Steps of a workshop: moved before, who was there, who was not, who caught up, and the end of the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who

ENROLMENT = "enrolment"
Status = Literal["attended", "part", "apologies", "absent", "caught-up"]


async def record_attendance(
    api: Api, by: Who, workshop_id: str, enrolment_id: str, person_id: str, status: Status = "attended"
) -> Answer:
    """Say of one representative whether they were there, or have caught up since."""
    body = {"enrolment_id": enrolment_id, "person_id": person_id, "status": status}
    return await api.ask(by, ENROLMENT, f"workshops/{workshop_id}:record-attendance", body)


async def close_register(api: Api, by: Who, workshop_id: str, absent_person_ids: Sequence[str] = ()) -> Answer:
    """Close the register; who is named here was absent."""
    body = {"absent_person_ids": list(absent_person_ids)}
    return await api.ask(by, ENROLMENT, f"workshops/{workshop_id}:close-register", body)


async def move(
    api: Api, by: Who, workshop_id: str, starts_at: datetime, ends_at: datetime, reason: str = "venue-lost"
) -> Answer:
    """Give the workshop another time."""
    body = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": reason}
    return await api.ask(by, ENROLMENT, f"workshops/{workshop_id}:move", body)
