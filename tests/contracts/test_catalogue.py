"""What is read is published, what is published is decided, and every event says truly what causes it."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from deploy.contracts import reach
from deploy.contracts.causes import causes, happened
from deploy.contracts.language import Language, declared_events, spoken
from services.network import service as network
from services.network.domain.member_commands import NotAMember
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.view import View
from shared.events.enrolment import CoverageCompleted, PathwayTaken, WorkshopMissed

CAN_HAPPEN_ONLY_IN_THE_CODE = {
    (CoverageCompleted.__name__, "NoteSignOff"),
    (WorkshopMissed.__name__, "ReconcileWalkIn"),
}
"""Coverage is concluded by the same function after a sign-off, but an attendance always concluded it before.

A walk-in is entered by the same function as everybody else, but always as somebody who was there.
"""


def test_every_event_that_is_read_is_published(language: Language) -> None:
    assert not _unheard(language)


def test_reading_what_nobody_publishes_is_caught() -> None:
    alone = Language([network.SERVICE])
    assert "enrolment.ChampionAwarded" in _unheard(alone)


def test_reading_what_stays_inside_is_caught(language: Language) -> None:
    def fold(row: Any, event: PathwayTaken) -> Any:
        del event
        return row

    base = network.SERVICE.views[0]
    nosy = View(path="nosy", key=lambda event: event.home_id, fold=fold, read_by=base.read_by, order=base.order)
    service = Service(name="nosy", aggregates=(), views=(nosy,))
    assert _unheard(Language([*language.services, service])) == {"enrolment.PathwayTaken"}


def test_every_event_of_the_language_is_decided_by_one_aggregate_of_its_service(language: Language) -> None:
    for service in language.services:
        owners = [event for row in service.aggregates for event in row.events]
        assert sorted(owners, key=str) == sorted(declared_events(service.name), key=str), service.name
        unmade = set(owners) - {event for row in service.aggregates for event in _made(row)}
        assert not unmade, f"no decide of {service.name} makes {unmade}"


def test_every_word_of_a_publisher_can_be_taken_from_its_front(language: Language) -> None:
    for service in language.services:
        front = import_module(f"shared.events.{service.name}")
        files = [import_module(f"{front.__name__}.{file.name}") for file in iter_modules(front.__path__)]
        words = {word for file in files for word in spoken(file) if word.__module__ == file.__name__}
        assert words
        assert not words - set(spoken(front)), service.name


def test_every_event_says_what_happened_and_which_commands_cause_it(language: Language) -> None:
    silent = [event.__name__ for event in _events(language) if not (happened(event) and causes(event))]
    assert not silent, f"{silent}: say 'Caused always by …' or 'Caused sometimes by …' in the docstring"


def test_the_commands_that_a_docstring_names_are_those_that_make_the_event(language: Language) -> None:
    wrong = []
    for service in language.services:
        for row in service.aggregates:
            made = _made(row)
            for event in row.events:
                told = set(causes(event))
                untold = {name for name in made.get(event, set()) - told if not _only_in_code(event, name)}
                invented = told - made.get(event, set())
                wrong += [f"{event.__name__}: does not name {name}" for name in untold]
                wrong += [f"{event.__name__}: names {name}, which does not make it" for name in invented]
    assert not wrong, wrong


def test_two_events_never_share_a_type(language: Language) -> None:
    types = [event.type_name() for event in _events(language)]
    assert len(types) == len(set(types))
    assert all(event.service() == service.name for service in language.services for event in _of(service))


def _unheard(language: Language) -> set[str]:
    published = {one.event for one in language.published}
    missing = {reader.event for reader in language.readers} - published
    return {f"{event.service()}.{event.__name__}" for event in missing}


def _made(row: Any) -> dict[type[Event], set[str]]:
    found: dict[type[Event], set[str]] = {}
    for command in row.commands:
        for event in reach.events(row.decide, command):
            found.setdefault(event, set()).add(command.__name__)
    return found


def _only_in_code(event: type[Event], command: str) -> bool:
    return (event.__name__, command) in CAN_HAPPEN_ONLY_IN_THE_CODE


def _of(service: Service) -> list[type[Event]]:
    return [event for row in service.aggregates for event in row.events]


def _events(language: Language) -> list[type[Event]]:
    return [event for service in language.services for event in _of(service)]


def test_every_refusal_has_a_code_of_its_own_and_a_sentence(language: Language) -> None:
    for service in language.services:
        found = {
            no for row in service.aggregates for command in row.commands for no in reach.refusals(row.decide, command)
        }
        codes = [no.code() for no in found]
        assert len(codes) == len(set(codes)), f"{service.name}: two refusals share a code"
        assert all(no.code().replace("_", "") == no.__name__.lower() for no in found)
        assert all(no.sentence() != no.__name__ for no in found)


def test_a_short_word_in_a_refusal_stands_by_itself() -> None:
    assert NotAMember.code() == "not_a_member"
