"""Which addresses a service's declarations account for, and who may use each: written down apart from the chassis."""

import re
from collections.abc import Iterator

from shared.chassis.declarations.access import SIGNED_IN, Access
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.service import Service
from shared.chassis.http.naming import asked_commands

Explained = dict[tuple[str, str], Access]
UNDER_A_THING = ("", "/documents/{document_id}")
FOR_OPERATORS = ("/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/schemas/{name}")


def explained(service: Service) -> Explained:
    """Method and path, as OpenAPI writes it, with the declared access."""
    return {(method, plain(path)): access for method, path, access in _all(service) if not access.internal}


def plain(path: str) -> str:
    """The path without what its parameters must look like."""
    return re.sub(r":(key|path)}", "}", path)


def _all(service: Service) -> Iterator[tuple[str, str, Access]]:
    for aggregate in service.aggregates:
        yield from _aggregate(aggregate)
    paths = {aggregate.path for aggregate in service.aggregates}
    for view in service.views:
        yield "GET", f"/v1/{view.path}", view.read_by
        if view.path not in paths:
            yield "GET", f"/v1/{view.path}/{{id}}", view.read_by
    for query in service.queries:
        yield query.method, f"/v1/{query.path}", query.read_by
    yield "GET", "/v1/refusals", SIGNED_IN
    yield "GET", "/v1/audit", SIGNED_IN
    book = service.cards
    if book is not None and book.owner == service.name:
        yield "POST", f"/v1/{book.path}", book.written_by
        yield "PUT", f"/v1/{book.path}/{{id}}", book.written_by
        yield "DELETE", f"/v1/{book.path}/{{id}}", book.written_by
        yield "GET", f"/v1/{book.path}/{{id}}", book.read_by


def _aggregate(aggregate: Aggregate) -> Iterator[tuple[str, str, Access]]:  # type: ignore[type-arg]  # of any state
    for asked in asked_commands(aggregate):
        yield "POST", asked.path, asked.command.asked_by
    one = f"/v1/{aggregate.path}/{{id}}"
    if not aggregate.across_regions:
        yield from (("GET", f"{one}{below}", aggregate.read_by) for below in UNDER_A_THING)
        yield "GET", f"{one}/history", aggregate.history_read_by or aggregate.read_by
    if aggregate.attachment is not None:
        yield "POST", f"{one}/files", aggregate.attachment.command.asked_by
        yield "GET", f"{one}/files/{{file_id}}", aggregate.read_by
