"""Which services there are, and where each one's manifest stands."""

from importlib import import_module

from shared.chassis.declarations.service import Service

NAMES = ("enrolment", "portfolio", "network", "notifications")


def manifest(name: str) -> Service:
    """The manifest of one service. Raises ModuleNotFoundError for one that there is not."""
    found: Service = import_module(f"services.{name}.service").SERVICE
    return found
