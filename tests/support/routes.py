"""The HTTP side of a service, put together to be looked at: nothing behind it answers."""

from typing import Any, cast

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from shared.chassis.declarations.service import Service
from shared.chassis.http.app import build_app
from shared.chassis.http.parts import HttpParts


def app_for_looking(service: Service) -> FastAPI:
    """The app with every route it would serve. Raises Undeclared."""
    nothing = cast("Any", object())
    return build_app(
        HttpParts(
            service=service,
            handling=nothing,
            store=nothing,
            clock=nothing,
            documents=nothing,
            authenticator=nothing,
            cursors=nothing,
            registry=CollectorRegistry(),
            copies=nothing,
            owner=nothing,
            refusals=nothing,
            asyncapi=dict,
            schema=lambda _name: None,
        )
    )
