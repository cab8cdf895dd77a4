"""The checks at the end: what was to come about, against what the services' APIs, topics, journals and e-mails say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any

from deploy.demo import months
from deploy.demo.cast import REPRESENTATIVES, Cast
from deploy.demo.journey import network, who
from deploy.demo.journey.client import Api
from deploy.demo.reading import Found

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Check:
    """One thing that was to be so, and what was found."""

    name: str
    expected: Any
    found: Any

    @property
    def passed(self) -> bool:
        """Whether it is so."""
        return bool(self.expected == self.found)


@dataclass(frozen=True)
class Told:
    """What the services' APIs say when the story is over."""

    accreditations: Rows
    public: Rows
    enrolments: Rows
    withdrawn: Rows
    portfolios: Rows
    members: Rows
    messages: Rows
    failed_addresses: Rows
    seen_by_member: Rows
    seen_elsewhere: Rows


async def ask_services(api: Api, cast: Cast) -> Told:
    """Ask the services, as the coordinator, as a stranger and as members would. Raises Refused."""
    by = cast.coordinator
    other = cast.homes[0].representatives[1].person_id
    return Told(
        accreditations=await api.rows(by, "portfolio", "accreditations"),
        public=await api.rows(None, "portfolio", "accredited-homes"),
        enrolments=await api.rows(by, "enrolment", "enrolments", status="completed"),
        withdrawn=await api.rows(by, "enrolment", "enrolments", status="withdrawn"),
        portfolios=await api.rows(by, "portfolio", "portfolios", status="signed_off"),
        members=await api.rows(by, "network", "members"),
        messages=await api.rows(by, "notifications", "messages"),
        failed_addresses=await api.rows(by, "notifications", "failed-addresses"),
        seen_by_member=list((await network.directory(api, who.member(other))).values()),
        seen_elsewhere=list((await network.directory(api, who.member(other, "elsewhere"))).values()),
    )


def checks(cast: Cast, told: Told, mails: Sequence[Message], found: Found, digests: int) -> list[Check]:
    """Every check, passed or not; `digests` is how many of them the representatives get."""
    return [
        *_programme(cast, told),
        *_network(cast, told),
        *_messages(cast, told, digests),
        *_mails(cast, told, mails),
        *_inside(cast, found),
    ]


def _programme(cast: Cast, told: Told) -> Iterator[Check]:
    homes, early = len(cast.staying), [home for home in cast.staying if home.signs_early]
    accredited = {row["home_id"] for row in told.accreditations}
    awarded = [person for row in told.enrolments for person in row["awarded_person_ids"]]
    yield Check("homes accredited", homes, len(accredited & {home.home_id for home in cast.staying}))
    yield Check(
        "certificate numbers, each its own", homes, len({row["certificate_number"] for row in told.accreditations})
    )
    names = {home.home_id: home.home.name for home in cast.homes}
    lapsed = [names.get(row["home_id"]) for row in told.accreditations if row["status"] == "lapsed"]
    yield Check("accreditations lapsed", [home.home.name for home in early], lapsed)
    yield Check("homes in the public register", homes - len(early), len(told.public))
    yield Check("homes that withdrew", len(cast.homes) - homes, len(told.withdrawn))
    yield Check("portfolios signed off", homes, len(told.portfolios))
    yield Check("enrolments completed", homes, len(told.enrolments))
    yield Check("champion awards", _awards(cast), len(set(awarded)))


def _awards(cast: Cast) -> int:
    """Everybody who stayed and missed nothing: who took over on the way was not at the first workshops."""
    return len(cast.staying) * REPRESENTATIVES - cast.successors


def _network(cast: Cast, told: Told) -> Iterator[Check]:
    joined = cast.homes[0].representatives[0]
    statuses = Counter(row["status"] for row in told.members)
    yield Check("invited to the champions' network", _awards(cast), statuses.total())
    yield Check("joined", 1, statuses["joined"])
    shared = [row["shared"] for row in told.seen_by_member]
    yield Check("what members of her region see of her", [_name_and_email(joined.card)], shared)
    yield Check("what members elsewhere see of her", [], [row["shared"] for row in told.seen_elsewhere])


def _name_and_email(card: Any) -> Mapping[str, str]:
    return {"name": card.name, "email": card.email}


def _messages(cast: Cast, told: Told, digests: int) -> Iterator[Check]:
    homes, staying = len(cast.homes), len(cast.staying)
    sent = Counter(row["template_key"] for row in told.messages if row["status"] == "sent")
    everybody = sum(cohort.told_of(months.CODES[0]) for cohort in cast.cohorts)
    to_come = sum(months.is_later(code, months.SUCCEEDED_AFTER) for code in months.CODES)
    expected = {
        "application-received": homes,
        "welcome": homes * (1 + REPRESENTATIVES),
        "workshop-invitation": everybody * len(months.CODES) + cast.successors * to_come,
        "workshop-moved": everybody,
        "workshop-reminder": sum(cohort.told_of(code) for cohort in cast.cohorts for code in months.CODES),
        "catch-up-offered": len(cast.cohorts),
        "evidence-returned": homes,
        "digest": digests,
        "accreditation-granted": staying * (1 + REPRESENTATIVES),
        "champion-award": _awards(cast),
        "network-invitation": _awards(cast),
        "network-joined": 1,
        "consent-given": 2,
    }
    for template, count in expected.items():
        yield Check(f"messages: {template}", count, sent[template])
    yield Check("messages that were not sent", {}, dict(Counter(_unsent(told))))
    yield Check("addresses that failed", 0, len(told.failed_addresses))


def _unsent(told: Told) -> Iterator[str]:
    for row in told.messages:
        if row["status"] != "sent":
            yield f"{row['template_key']} {row['status']} {row['reason'] or ''}".strip()


def _mails(cast: Cast, told: Told, mails: Sequence[Message]) -> Iterator[Check]:
    addresses = {player.person_id: player.card.email for player in cast.players()}
    promised = {(row["source_event_id"], row["recipient_person_id"], row["template_key"]) for row in told.messages}
    expected = {(row["message_id"], addresses.get(row["recipient_person_id"])) for row in told.messages}
    arrived = [(mail["X-Sixsteps-Message"], str(mail["To"])) for mail in mails]
    yield Check("e-mails in the sink", len(told.messages), len(mails))
    yield Check("e-mails twice for one event, recipient and template", 0, len(arrived) - len(promised))
    yield Check("e-mails that are nobody's or went elsewhere", 0, len(set(arrived) ^ expected))


def _inside(cast: Cast, found: Found) -> Iterator[Check]:
    for service, audit in found.audits.items():
        yield Check(f"events of {service}: journal and topic", audit.events, audit.messages - audit.repeats)
        yield Check(f"audit of {service}", [], [f"{each.stream}: {each.promise}" for each in audit.violations[:3]])
        yield Check(f"commits of {service} that wait for the topic", 0, audit.waiting)
    yield Check("contact cards on their topic, sealed", len(list(cast.players())), found.cards)
    yield Check("places with a personal value in clear", [], found.personal)
