"""Each check at the end finds what it looks for: a made-up end that is right passes, each fault fails by its name."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from deploy.demo import months
from deploy.demo.cast import Cast, cast
from deploy.demo.checks import Told, checks
from deploy.demo.names import made_up_homes
from deploy.demo.reading import Found
from shared.chassis.auditing import Audit, Violation

DIGESTS = 2
CLEAN = Audit(service="enrolment", streams=1, commits=2, events=3, messages=4, repeats=1, waiting=0, violations=[])
WORKSHOPS = len(months.MONTHS) * 3
EACH = {
    "application-received": 1,
    "welcome": 3,
    "workshop-invitation": WORKSHOPS,
    "workshop-moved": 3,
    "workshop-reminder": WORKSHOPS,
    "catch-up-offered": 1,
    "evidence-returned": 1,
    "digest": DIGESTS,
    "accreditation-granted": 3,
    "champion-award": 2,
    "network-invitation": 2,
    "network-joined": 1,
    "consent-given": 2,
}


def players() -> Cast:
    found = cast(made_up_homes(1), 1)
    for number, player in enumerate(found.players()):
        player.person_id = f"p{number}"
    found.homes[0].home_id = "h1"
    return found


def messages() -> list[dict[str, Any]]:
    return [
        {
            "message_id": f"{template}-{number}",
            "recipient_person_id": "p1",
            "source_event_id": f"e{number}",
            "template_key": template,
            "status": "sent",
            "reason": None,
        }
        for template, count in EACH.items()
        for number in range(count)
    ]


def told(found: Cast) -> Told:
    card = found.homes[0].representatives[0].card
    return Told(
        accreditations=[{"home_id": "h1", "certificate_number": "SSS-1", "status": "lapsed"}],
        public=[],
        enrolments=[{"awarded_person_ids": ["p2", "p3"]}],
        withdrawn=[],
        portfolios=[{"portfolio_id": "f1"}],
        members=[{"person_id": "p2", "status": "joined"}, {"person_id": "p3", "status": "invited"}],
        messages=messages(),
        failed_addresses=[],
        seen_by_member=[{"shared": {"name": card.name, "email": card.email}}],
        seen_elsewhere=[],
    )


def mail(message_id: str, to: str) -> EmailMessage:
    found = EmailMessage()
    found["X-Sixsteps-Message"] = message_id
    found["To"] = to
    return found


def failed(
    change: Callable[[Told], Told] = lambda end: end,
    mails: Callable[[list[EmailMessage]], list[EmailMessage]] = lambda arrived: arrived,
    found: Found | None = None,
) -> list[str]:
    who = players()
    end, address = told(who), who.homes[0].manager.card.email
    arrived = [mail(row["message_id"], address) for row in end.messages]
    seen = found or Found(audits={"enrolment": CLEAN}, cards=4)
    return [check.name for check in checks(who, change(end), mails(arrived), seen, DIGESTS) if not check.passed]


def test_an_end_that_is_right_passes_every_check():
    assert failed() == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (
            {"accreditations": [{"home_id": "another", "certificate_number": "SSS-1", "status": "granted"}]},
            ["homes accredited", "accreditations lapsed"],
        ),
        ({"public": [{"name": "Bryn House"}]}, ["homes in the public register"]),
        ({"withdrawn": [{}]}, ["homes that withdrew"]),
        ({"portfolios": []}, ["portfolios signed off"]),
        ({"enrolments": [{"awarded_person_ids": ["p2"]}]}, ["champion awards"]),
        ({"members": []}, ["invited to the champions' network", "joined"]),
        ({"seen_by_member": [{"shared": {"phone": "1"}}]}, ["what members of her region see of her"]),
        ({"seen_elsewhere": [{"shared": {"name": "x"}}]}, ["what members elsewhere see of her"]),
        ({"failed_addresses": [{}]}, ["addresses that failed"]),
    ],
)
def test_each_fault_of_the_programme_fails_by_its_name(change: dict[str, Any], names: list[str]):
    assert failed(lambda end: replace(end, **change)) == names


def test_a_message_that_was_not_sent_fails():
    def put_off(end: Told) -> Told:
        first, *rest = messages()
        return replace(end, messages=[{**first, "status": "deferred", "reason": "no-card-yet"}, *rest])

    assert failed(put_off) == ["messages: application-received", "messages that were not sent"]


def test_an_e_mail_that_came_twice_fails():
    twice = ["e-mails in the sink", "e-mails twice for one event, recipient and template"]
    assert failed(mails=lambda arrived: [*arrived, arrived[0]]) == twice


def test_an_e_mail_to_the_wrong_address_fails():
    def astray(arrived: list[EmailMessage]) -> list[EmailMessage]:
        return [*arrived[1:], mail(arrived[0]["X-Sixsteps-Message"], "somebody.else@example.org")]

    assert failed(mails=astray) == ["e-mails that are nobody's or went elsewhere"]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (Found({"enrolment": replace(CLEAN, messages=3)}, [], 4), "events of enrolment: journal and topic"),
        (Found({"enrolment": replace(CLEAN, waiting=1)}, [], 4), "commits of enrolment that wait for the topic"),
        (
            Found({"enrolment": replace(CLEAN, violations=[Violation("s", "nothing lost", "")])}, [], 4),
            "audit of enrolment",
        ),
        (Found({"enrolment": CLEAN}, ["topic portfolio-events"], 4), "places with a personal value in clear"),
        (Found({"enrolment": CLEAN}, [], 3), "contact cards on their topic, sealed"),
    ],
)
def test_each_fault_inside_fails_by_its_name(found: Found, name: str):
    assert failed(found=found) == [name]
