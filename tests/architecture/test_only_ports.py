"""Database and broker are met through the ports only: nobody goes there beside them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = "shared.chassis.drivers"
TECHNOLOGY = frozenset({"aiokafka", "bson", "faststream", "gridfs", "kafka", "motor", "pymongo"})

# who may name a driver: those who open them for a service and for its operators, and the settings, which only say
# how Kafka and MongoDB are reached
MAY_NAME_DRIVERS: dict[str, str | tuple[str, ...]] = {
    "shared/chassis/serving.py": DRIVERS,
    "shared/chassis/operating.py": f"{DRIVERS}.kafka_broker",
    "shared/chassis/settings.py": (f"{DRIVERS}.kafka_options", f"{DRIVERS}.mongo_options"),
}

WITHOUT_DRIVERS = """
import asyncio, socket, sys
for name in {technology!r}:
    sys.modules[name] = None

class Ports:
    def __getattr__(self, name):
        raise AssertionError(name)

def refuse(*_given):
    raise AssertionError("the chassis opened a connection of its own")

from shared.chassis.assembling import Around, assemble
from shared.chassis.cards.sealing import KeyRing
from shared.chassis.clock import SystemClock
from tests.support.shoe_shop import SHOES

socket.socket = socket.create_connection = refuse
keys = KeyRing.parse("k:" + "MTEx" * 10 + "MTE=")
around = Around(store=Ports(), broker=Ports(), clock=SystemClock(), keys=keys, deployment="test")
print(assemble(SHOES, around).service.name)
"""


def test_only_the_drivers_name_the_technology() -> None:
    strays = [
        f"{path} imports {module}"
        for path, module in _imports()
        if module.split(".")[0] in TECHNOLOGY and not path.startswith("shared/chassis/drivers/")
    ]
    assert not strays, strays


def test_only_who_opens_the_drivers_names_them() -> None:
    strays = [
        f"{path} imports {module}"
        for path, module in _imports()
        if module.startswith(DRIVERS)
        and not path.startswith("shared/chassis/drivers/")
        and not module.startswith(MAY_NAME_DRIVERS.get(path, "nothing"))
    ]
    assert not strays, strays


def test_a_service_is_put_together_without_any_driver_or_connection() -> None:
    script = WITHOUT_DRIVERS.format(technology=sorted(TECHNOLOGY))
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "shoes\n"), ended.stderr


def _imports() -> Iterator[tuple[str, str]]:
    for folder in ("shared", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    yield from ((str(path.relative_to(ROOT)), alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield from ((str(path.relative_to(ROOT)), f"{node.module}.{alias.name}") for alias in node.names)
