"""Who may do what in the databases: each service in its own, the operator in all of them and in those of a drill.

MongoDB's own role `readWrite` is enough for each: it lets collections and indexes be made and dropped, which a
rebuild, a restore and a drill do. Users are made with MongoDB's own tools; nothing here talks to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local.environment import Environments
from deploy.ops.drill import BESIDE
from deploy.ops.rights import OPERATOR
from shared.chassis.settings import read_settings

ROLE = "readWrite"


@dataclass(frozen=True)
class Role:
    """What a user is in one database."""

    user: str
    role: str
    database: str


def database_roles(environments: Environments, users: Mapping[str, str] | None = None) -> list[Role]:
    """What each user needs and no more; `users`: under which name somebody signs in, else its own."""
    named = users or {}
    own = {name: read_settings(name, settings).database_name for name, settings in environments.items()}
    services = [Role(named.get(name, name), ROLE, database) for name, database in own.items()]
    seen = [each for database in own.values() for each in (database, f"{database}{BESIDE}")]
    return [*services, *(Role(named.get(OPERATOR, OPERATOR), ROLE, database) for database in seen)]
