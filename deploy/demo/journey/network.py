# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""Steps of a person in the champions' network: join, decide who sees what, take it back, look around."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who

NETWORK = "network"


async def invitation_of(api: Api, by: Who) -> Mapping[str, Any] | None:
    """The person's own row among the members, or None while they were not asked."""
    rows = await api.rows(by, NETWORK, "members")
    return next((row for row in rows if row["person_id"] == by.person_id), None)


async def join(api: Api, by: Who, **profile: Any) -> str:
    """Become a member, by one's own act; the member's id. Of the profile only `area` must be told."""
    body = {"person_id": by.person_id, **profile}
    return (await api.ask(by, NETWORK, "members", body)).id


async def leave(api: Api, by: Who, member_id: str) -> Answer:
    """Be a member no longer."""
    return await api.ask(by, NETWORK, f"members/{member_id}:leave")


async def consent_wording(api: Api, by: Who) -> str:
    """The version of the wording under which consent is given now."""
    found: str = (await api.get(by, NETWORK, "sharing-consent-wordings")).body["wordings"][-1]["version"]
    return found


async def give_consent(
    api: Api, by: Who, member_id: str, fields: Sequence[str], audience: str, wording_version: str
) -> Answer:
    """Agree that these fields are shown to an audience."""
    body = {"fields": list(fields), "audience": audience, "wording_version": wording_version}
    return await api.ask(by, NETWORK, f"members/{member_id}:give-sharing-consent", body)


async def withdraw_consent(api: Api, by: Who, member_id: str, *fields: str) -> Answer:
    """Take the agreement for these fields back."""
    return await api.ask(by, NETWORK, f"members/{member_id}:withdraw-sharing-consent", {"fields": fields})


async def directory(api: Api, by: Who) -> Mapping[str, Mapping[str, Any]]:
    """What this person sees of the members, by member id."""
    return {row["member_id"]: row for row in await api.rows(by, NETWORK, "directory")}
