# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""Steps of a home on its way in: on record, applied, committed, represented, placed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who

ENROLMENT = "enrolment"


async def register_home(api: Api, by: Who, home: Mapping[str, Any]) -> str:
    """Put a home on record (`name`, `setting`, `regulator`, `registration_number`, …); its id."""
    return (await api.ask(by, ENROLMENT, "care-homes", home)).id


async def apply(
    api: Api, by: Who, *, home_id: str, pathway: str, applicant_person_id: str, version_id: str | None = None
) -> str:
    """Ask for a place on a pathway; the enrolment's id."""
    body = {"home_id": home_id, "pathway": pathway, "applicant_person_id": applicant_person_id}
    return (await api.ask(by, ENROLMENT, "enrolments", {**body, "version_id": version_id})).id


async def commit(
    api: Api, by: Who, enrolment_id: str, *, signatory_person_id: str, wording_version: str, signed_on: date
) -> Answer:
    """Record the manager's signature under the commitment."""
    body = {
        "signatory_person_id": signatory_person_id,
        "signatory_role": "manager",
        "wording_version": wording_version,
        "signed_on": signed_on.isoformat(),
    }
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:record-commitment", body)


async def nominate(api: Api, by: Who, enrolment_id: str, person_id: str, job_role: str) -> Answer:
    """Put a person forward as representative."""
    body = {"person_id": person_id, "job_role": job_role}
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:nominate-representative", body)


async def confirm(api: Api, by: Who, enrolment_id: str, person_id: str, represents_from: date | None = None) -> Answer:
    """Take the person on as representative."""
    body = {"person_id": person_id, "represents_from": represents_from.isoformat() if represents_from else None}
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:confirm-representative", body)


async def place(api: Api, by: Who, enrolment_id: str, cohort_id: str) -> Answer:
    """Give the home its place in a cohort: its nine months begin."""
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:place-home", {"cohort_id": cohort_id})


async def enrolment(api: Api, by: Who, enrolment_id: str) -> Mapping[str, Any]:
    """The enrolment as it stands."""
    found: Mapping[str, Any] = (await api.get(by, ENROLMENT, f"enrolments/{enrolment_id}")).body
    return found


async def replace_representative(
    api: Api, by: Who, enrolment_id: str, *, outgoing: str, incoming: str, job_role: str, replaced_on: date
) -> Answer:
    """Let one person take over from another."""
    body = {
        "outgoing_person_id": outgoing,
        "incoming_person_id": incoming,
        "job_role": job_role,
        "reason": "left-the-home",
        "replaced_on": replaced_on.isoformat(),
    }
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:replace-representative", body)


async def withdraw(api: Api, by: Who, enrolment_id: str, reason: str) -> Answer:
    """End the enrolment before completion."""
    return await api.ask(by, ENROLMENT, f"enrolments/{enrolment_id}:withdraw", {"reason": reason})
