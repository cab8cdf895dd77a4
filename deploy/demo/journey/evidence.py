# ruff: noqa: PLR0913 - a request has as many parameters as it has fields
"""Steps of gathering evidence: draft, attach, submit; return, revise, submit again; approve; sign off."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.demo.journey.answers import Answer
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who

PORTFOLIO = "portfolio"


async def portfolio_of(api: Api, by: Who, enrolment_id: str) -> Mapping[str, Any] | None:
    """The row of the enrolment's portfolio, or None while it has not opened."""
    rows = await api.rows(by, PORTFOLIO, "portfolios", enrolment_id=enrolment_id)
    return next((row for row in rows if row["status"] != "unopened"), None)


async def portfolio(api: Api, by: Who, portfolio_id: str) -> Mapping[str, Any]:
    """The portfolio as it stands."""
    found: Mapping[str, Any] = (await api.get(by, PORTFOLIO, f"portfolios/{portfolio_id}")).body
    return found


async def draft(
    api: Api, by: Who, *, portfolio_id: str, home_id: str, requirement_key: str, narrative: str | None = None
) -> str:
    """Begin to write up evidence for a requirement; the item's id."""
    body = {"portfolio_id": portfolio_id, "home_id": home_id, "requirement_key": requirement_key}
    return (await api.ask(by, PORTFOLIO, "evidence", {**body, "narrative": narrative})).id


async def revise(api: Api, by: Who, evidence_id: str, narrative: str) -> Answer:
    """Give the item another narrative."""
    return await api.ask(by, PORTFOLIO, f"evidence/{evidence_id}:revise", {"narrative": narrative})


async def attach(api: Api, by: Who, evidence_id: str, name: str, content: bytes) -> Answer:
    """Put a file to the item."""
    return await api.upload(by, PORTFOLIO, f"evidence/{evidence_id}/files", name, content)


async def submit(api: Api, by: Who, evidence_id: str) -> int:
    """Hand the item in, declaring that no resident can be identified in it; the revision that was handed in."""
    answer = await api.ask(by, PORTFOLIO, f"evidence/{evidence_id}:submit", {"no_resident_identifiable": True})
    revision: int = answer.body["revision"]
    return revision


async def send_back(
    api: Api, by: Who, evidence_id: str, revision: int, reasons: Sequence[str], guidance: str | None = None
) -> Answer:
    """Return a revision, saying what is missing."""
    body = {"revision": revision, "reasons": list(reasons), "guidance": guidance}
    return await api.ask(by, PORTFOLIO, f"evidence/{evidence_id}:return", body)


async def approve(api: Api, by: Who, evidence_id: str, revision: int) -> Answer:
    """Approve a revision."""
    return await api.ask(by, PORTFOLIO, f"evidence/{evidence_id}:approve", {"revision": revision})


async def attest(
    api: Api, by: Who, portfolio_id: str, wording_version: str, *, agrees_to_public_register: bool = True
) -> Answer:
    """The manager's signature under the promise to sustain."""
    body = {"wording_version": wording_version, "agrees_to_public_register": agrees_to_public_register}
    return await api.ask(by, PORTFOLIO, f"portfolios/{portfolio_id}:attest", body)


async def sign_off(api: Api, by: Who, portfolio_id: str) -> Answer:
    """The facilitator's signature."""
    return await api.ask(by, PORTFOLIO, f"portfolios/{portfolio_id}:sign-off")
