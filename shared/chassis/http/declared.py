"""Checks a service's declarations before it may start. Raises Undeclared with a sentence that says what is missing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.chassis.declarations.access import Access
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.service import Service
from shared.chassis.http.naming import asked_commands


class Undeclared(Exception):
    """The service cannot start: something about who may ask or look is not declared, or cannot be kept."""


def check(service: Service) -> None:
    """Return when everything that can be reached says who may reach it. Raises Undeclared."""
    faults = [
        *_aggregates(service),
        *_views(service),
        *_queries(service),
        *_ages(service),
        *_cards(service),
        *_addresses(service),
    ]
    if faults:
        raise Undeclared(f"{service.name} does not start: " + "; ".join(faults))


def _aggregates(service: Service) -> Iterator[str]:
    for aggregate in service.aggregates:
        yield from _access(f"aggregate {aggregate.name} (read_by)", getattr(aggregate, "read_by", None), aggregate)
        for command in aggregate.commands:
            name = f"command {command.__name__} (asked_by)"
            yield from _access(name, getattr(command, "asked_by", None), aggregate)
            if aggregate.id_field not in command.model_fields:
                yield f"command {command.__name__} has no field {aggregate.id_field}"


def _views(service: Service) -> Iterator[str]:
    for view in service.views:
        yield from _access(f"view {view.path} (read_by)", view.read_by, view)
        if getattr(view.read_by, "public", False) and view.card is not None:
            yield f"view {view.path} is public, and yet it names a contact card"
        for name in (*view.filters, view.order, *([view.until] if view.until else ())):
            if name not in view.row.model_fields:
                yield f"view {view.path} filters or orders by {name}, which its rows do not have"


def _ages(service: Service) -> Iterator[str]:
    for age in service.ages:
        if age.since not in age.view.row.model_fields:
            yield f"age {age.name} looks at {age.since}, which the rows of {age.view.path} do not have"


def _queries(service: Service) -> Iterator[str]:
    for query in service.queries:
        yield from _access(f"query {query.path} (read_by)", query.read_by, query)


def _cards(service: Service) -> Iterator[str]:
    book = service.cards
    if book is None or book.owner != service.name:
        return
    for name in ("written_by", "read_by"):
        access: Access = getattr(book, name)
        if any(grant.within == "unit" for grant in access.grants):
            yield f"cards {book.path} ({name}) reach a unit, but a card belongs to no unit"


def _access(what: str, access: Any, belongs: Any) -> Iterator[str]:
    """`belongs` names by `unit` and `person` what a shorter reach is compared with."""
    if not isinstance(access, Access):
        yield f"{what} does not say who may"
        return
    reaches = {grant.within for grant in access.grants}
    for reach, field in (("unit", "unit"), ("self", "person")):
        if reach in reaches and getattr(belongs, field, None) is None:
            yield f"{what} reaches {reach}, but no field {field} is named to compare with"


def _addresses(service: Service) -> Iterator[str]:
    paths = Counter(aggregate.path for aggregate in service.aggregates)
    for aggregate in service.aggregates:
        if all(isinstance(getattr(command, "asked_by", None), Access) for command in aggregate.commands):
            paths.update(asked.path for asked in asked_commands(aggregate))
    paths.update(f"view {view.path}" for view in service.views)
    yield from (f"{path} is taken twice" for path, times in paths.items() if times > 1)


def aggregate_at(service: Service, path: str) -> Aggregate[Any, Any, Any, Any] | None:
    """The aggregate that has this path, if any."""
    return next((aggregate for aggregate in service.aggregates if aggregate.path == path), None)
