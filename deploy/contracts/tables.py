"""The tables in a service's README, written from its manifest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, get_type_hints

from deploy.contracts import reach
from deploy.contracts.access import who
from deploy.contracts.causes import causes, happened
from deploy.contracts.language import Language, Row
from shared.chassis.declarations.command import Command
from shared.chassis.declarations.event import Event
from shared.chassis.declarations.hints import members
from shared.chassis.declarations.service import Service
from shared.chassis.http.naming import V1, asked_commands, is_attachment
from shared.chassis.http.queries import place

Table = Callable[[Language, Service], Iterator[str]]


def commands(language: Language, service: Service) -> Iterator[str]:
    """Every command: where it is asked and by whom, or what inside asks it, and why the answer may be no."""
    del language
    inside = _askers_inside(service)
    rows = []
    for aggregate in service.aggregates:
        paths = {asked.command: asked.path for asked in asked_commands(aggregate)}
        for command in aggregate.commands:
            noes = ", ".join(f"`{no.code()}`" for no in reach.refusals(aggregate.decide, command))
            said = _first_sentence(command)
            rows.append((f"**{command.__name__}** {said}", *_asked(aggregate, command, paths, inside), noes))
    yield from _table(("command", "asked at", "by", "may be refused as"), rows)


def _asked(
    aggregate: Row, command: type[Command], paths: Mapping[type[Command], str], inside: Mapping[type[Command], str]
) -> tuple[str, str]:
    within = inside.get(command, "")
    if is_attachment(aggregate, command):
        return f"`POST {V1}/{aggregate.path}/{{{aggregate.id_field}}}/files`", who(command.asked_by)
    if command not in paths:
        return "", within
    path = _plain(paths[command], aggregate)
    return f"`POST {path}`", "; ".join(part for part in (who(command.asked_by), within) if part)


def _askers_inside(service: Service) -> dict[type[Command], str]:
    """What of the service itself asks each command."""
    found: dict[type[Command], dict[str, None]] = {}
    for commands_asked, asker in _asking(service):
        for command in commands_asked:
            found.setdefault(command, {})[asker] = None
    return {command: "; ".join(askers) for command, askers in found.items()}


def _asking(service: Service) -> Iterator[tuple[Sequence[type[Command]], str]]:
    yield from ((_answers(policy.function), "policy") for policy in service.reactions)
    for aggregate in service.aggregates:
        for first, reserve in aggregate.reserves.items():
            yield _reserved(service, reserve), f"reserved by {first.__name__}"
    for errand in service.errands:
        for function in (errand.claim, errand.run, errand.interrupted):
            yield _answers(function), f"errand `{errand.name}`"
    yield from ((_named(service, due.fold), f"deadline `{due.name}`") for due in service.deadlines)


def _answers(function: Callable[..., Any]) -> tuple[type[Command], ...]:
    found = members(get_type_hints(function).get("return"))
    return tuple(each for each in found if isinstance(each, type) and issubclass(each, Command))


def _named(service: Service, function: Callable[..., Any]) -> tuple[type[Command], ...]:
    """The service's commands that the function's own code names."""
    names = set(function.__code__.co_names)
    return tuple(command for row in service.aggregates for command in row.commands if command.__name__ in names)


def _reserved(service: Service, reserve: Callable[..., Any]) -> tuple[type[Command], ...]:
    return (_answers(reserve) if reserve.__annotations__ else ()) or _named(service, reserve)


def events(language: Language, service: Service) -> Iterator[str]:
    """Every published event: what happened, what causes it, who reads it; then what stays inside."""
    rows = []
    for one in language.of(service.name):
        caused = ", ".join(f"{command} {often}" for command, often in causes(one.event).items())
        readers = dict.fromkeys(reader.service for reader in language.readers_of(one.event))
        schema = f"[{one.title}](../../shared/events/schemas/{one.file})"
        rows.append((schema, happened(one.event), caused, ", ".join(readers)))
    yield from _table(("event", "what happened", "caused by", "read by"), rows)
    private = [event for aggregate in service.aggregates for event in aggregate.events if event.private]
    if private:
        yield ""
        yield f"Kept inside: {_list(private)}."


def policies(language: Language, service: Service) -> Iterator[str]:
    """Whenever …, then …; what is called outside; what falls due."""
    del language
    reactions = [
        (_list(policy.events, service.name), _list(_answers(policy.function)), f"`{policy.name}`")
        for policy in service.reactions
    ]
    yield from _table(("whenever", "then", "policy"), reactions)
    errands = [
        (_list(errand.events, service.name), _list(_answers(errand.claim)), f"`{errand.name}`")
        for errand in service.errands
    ]
    deadlines = [
        (f"`{due.name}`", _list(due.events, service.name), _list(_named(service, due.fold)))
        for due in service.deadlines
    ]
    yield from _more(("whenever", "claimed by", "errand (a call outside, at most once)"), errands)
    yield from _more(("deadline", "set, moved or lifted by", "asks"), deadlines)


def views(language: Language, service: Service) -> Iterator[str]:
    """Lists, single things, and the questions that neither answers."""
    del language
    lists = [
        (
            f"`GET {V1}/{view.path}`",
            who(view.read_by),
            ", ".join(f"`{name}`" for name in view.filters),
            _list(view.events, service.name),
        )
        for view in service.views
        if not view.read_by.internal
    ]
    yield from _table(("list", "for", "filters", "fed by"), lists)
    visible = [row for row in service.aggregates if not (row.read_by.internal or row.across_regions)]
    things = [line for row in visible for line in _thing(row)]
    questions = [
        (f"`{query.method} {place(query).replace(':key}', '}')}`", who(query.read_by), _purpose(query.answer))
        for query in service.queries
        if not query.read_by.internal
    ]
    yield from _more(("thing", "for"), things)
    yield from _more(("query", "for", "answers"), questions)


def _thing(row: Row) -> Iterator[tuple[str, str]]:
    place = f"`GET {V1}/{row.path}/{{{row.id_field}}}`"
    if row.history_read_by is None:
        yield f"{place}, `…/history`", who(row.read_by)
    else:
        yield place, who(row.read_by)
        yield f"{place.removesuffix('`')}/history`", who(row.history_read_by)


TABLES: Final[Mapping[str, Table]] = {"commands": commands, "events": events, "policies": policies, "views": views}
"""Which function fills which pair of markers."""


def _plain(path: str, aggregate: Row) -> str:
    return path.replace("{id:key}", f"{{{aggregate.id_field}}}")


def _list(classes: Sequence[type[Event] | type[Command]], home: str | None = None) -> str:
    """Names, each event of another service with that service's name before it."""
    return ", ".join(_name(each, home) for each in classes)


def _name(each: type[Any], home: str | None) -> str:
    if home is None or not issubclass(each, Event) or each.service() == home:
        return each.__name__
    return f"{each.service()}.{each.__name__}"


def _first_sentence(thing: Any) -> str:
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split())


def _purpose(function: Callable[..., Any]) -> str:
    return _first_sentence(function).split(" Raises ")[0]


def _more(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A further table, when there is anything in it."""
    if rows:
        yield ""
        yield from _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        yield "None."
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
