"""A region in which there is one of everything: a home went all the way, and one of its people joined the network."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from deploy.demo.journey import evidence, homes, network, people
from deploy.demo.journey.who import Who, member
from deploy.services import NAMES, manifest
from shared.chassis.commits import JOURNAL
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.view import View
from tests.support.acceptance_region import PATHWAY, PROMISE, Cohort, Home, Region

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WELCOME: Mapping[str, Any] = {
    "key": "welcome",
    "number": 1,
    "texts": [{"language": "en", "subject": "Welcome", "text": "Welcome, {{ name }}.", "html": "<p>Welcome.</p>"}],
}


@dataclass(frozen=True)
class Settled:
    """Who is there, and the id of one thing of every kind, by the path of its kind."""

    region: Region
    cohort: Cohort
    home: Home
    member: Who
    ids: Mapping[str, str]


async def settle(region: Region) -> Settled:
    """Walk one home through the region."""
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    await _with_a_file(region, home, cohort)
    await _accredited(region, home, cohort)
    joined = member(home.representative.person_id, region.name).at(home.id)
    await network.join(region.api, joined, background="nurse", sector="social-care", area="wirral")
    await _meeting(region, joined)
    await _from_a_device(region, home, cohort)
    link = {"person_id": joined.person_id, "secret_sha256": hashlib.sha256(region.name.encode()).hexdigest()}
    await region.api.ask(joined, "enrolment", "calendar-feeds", link)
    interest = {"area": "wirral", "source": "letter"}
    await region.api.ask(region.coordinator, "enrolment", "interests", interest)
    await region.api.ask(region.coordinator, "notifications", "templates", WELCOME)
    await _out_of_reach(region, cohort)
    await region.platform.settled()
    ids = {"people": home.representative.person_id}
    for name in NAMES:
        ids |= await _ids(region, manifest(name))
    ids |= {"care-homes": home.id, "enrolments": home.enrolment_id}
    return Settled(region, cohort, home, joined, ids)


async def _meeting(region: Region, joined: Who) -> None:
    """A gathering in which the member has a place, and what they would come to besides."""
    told = {
        "kind": "forum",
        "title": "Forum",
        "area": "wirral",
        "starts_at": region.moment(days=300).isoformat(),
        "ends_at": region.moment(days=300, hours=2).isoformat(),
        "capacity": 5,
    }
    gathering = await region.api.ask(region.coordinator, "network", "gatherings", told)
    place = {"person_id": joined.person_id, "sector": "health"}
    await region.api.ask(joined, "network", f"gatherings/{gathering.id}:book-place", place)
    interest = {"person_id": joined.person_id, "area": "wirral", "suits": ["evening"]}
    await region.api.ask(joined, "network", "gathering-interests", interest)


async def _from_a_device(region: Region, home: Home, cohort: Cohort) -> None:
    """What a device noted of the induction while it was offline; the register says so already."""
    noted = {"person_id": home.representative.person_id, "status": "attended", "taken_at": region.moment().isoformat()}
    sent = {"device_id": "phone", "upload": "u1", "entries": [{"enrolment_id": home.enrolment_id, **noted}]}
    await region.api.ask(cohort.lead, "enrolment", f"workshops/{cohort.workshops['ON']}:sync-register", sent)


async def _out_of_reach(region: Region, cohort: Cohort) -> None:
    """Somebody without an address applies, so that a message to them fails."""
    silent = await people.register_person(region.api, region.coordinator, {"name": "Silent Applicant"})
    home = await region.home()
    await homes.apply(
        region.api,
        region.coordinator,
        home_id=home.id,
        pathway=PATHWAY,
        applicant_person_id=silent,
        version_id=cohort.version_id,
    )


async def _with_a_file(region: Region, home: Home, cohort: Cohort) -> None:
    """A draft with a narrative and a file, and a gap, beside the evidence that will be approved."""
    portfolio_id = await region.portfolio(home)
    await region.attended(home, cohort)
    await region.platform.settled()
    item = await evidence.draft(
        region.api,
        home.representative,
        portfolio_id=portfolio_id,
        home_id=home.id,
        requirement_key="on-role",
        narrative="Our policy is read aloud to every new colleague.",
    )
    await evidence.attach(region.api, home.representative, item, "policy.pdf", PDF)
    await _a_gap(region, home, portfolio_id)


async def _a_gap(region: Region, home: Home, portfolio_id: str) -> None:
    """What is missing for a requirement, until it is approved."""
    told = {
        "portfolio_id": portfolio_id,
        "home_id": home.id,
        "requirement_key": "on-role",
        "action": "Write it up.",
        "owner_person_id": home.representative.person_id,
        "due_on": region.moment(days=300).date().isoformat(),
    }
    await region.api.ask(home.manager, "portfolio", "gaps", told)


async def _accredited(region: Region, home: Home, cohort: Cohort) -> None:
    portfolio_id = await region.filled(home, cohort)
    await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
    await evidence.sign_off(region.api, cohort.lead, portfolio_id)
    await region.platform.settled()


async def _ids(region: Region, service: Service) -> dict[str, str]:
    """One id for each kind of thing and of row, out of the journal: some things publish nothing."""
    commits = await region.platform.insides[service.name].store.find(
        JOURNAL, {"region": region.name}, order=[("at", 1)]
    )
    found: dict[str, str] = {}
    for commit in commits:
        for row in service.aggregates:
            if commit["stream"].startswith(f"{row.name}-"):
                found.setdefault(row.path, commit["stream"].removeprefix(f"{row.name}-"))
        for event, view in product(commit["events"], service.views):
            key = _key(view, event["type"].split(".")[-2], event["data"])
            if key is not None:
                found.setdefault(view.path, key)
    return found


def _key(view: View[Any], name: str, data: Mapping[str, Any]) -> str | None:
    kind = next((each for each in view.events if each.__name__ == name), None)
    return None if kind is None else view.key(kind.model_validate(data))
