"""The embedded stack as a process: `python -m deploy.local.stack --data DIR`.

Writes DIR/addresses.json and prints it when everything is ready. Stops on SIGTERM or SIGINT.
Exit codes: 0 stopped as asked, 2 bad usage, 3 it cannot run here, 4 it was not ready in time (one sentence on standard
error says why).
"""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from deploy.local import addresses, jars, jvm
from deploy.local.addresses import Addresses
from deploy.local.broker import Broker
from deploy.local.classes import classes
from deploy.local.database import Database
from deploy.local.folder import claimed
from deploy.local.late import READY_WITHIN_SECONDS, ended_when_late
from deploy.local.parent import WATCH_SECONDS, lives
from deploy.local.problem import StackProblem

GRACE_SECONDS = 8.0


class Server(Protocol):
    """A part of the stack that runs."""

    def stop(self) -> None:
        """End it in order."""


def main(words: Sequence[str]) -> int:
    """Run until asked to stop."""
    asked = _arguments(words)
    stop = _stop_asked()
    try:
        with claimed(asked.data.resolve()) as data:
            _run(data, asked, stop)
    except StackProblem as problem:
        print(f"sixsteps: {problem}", file=sys.stderr)
        return problem.exit_code
    return 0


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.stack", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--kafka-port", type=int, default=0, help="0: the remembered one, else a free one")
    parser.add_argument("--mongo-port", type=int, default=0, help="0: the remembered one, else a free one")
    parser.add_argument("--only", choices=("kafka", "mongo"), help="run only this part")
    parser.add_argument("--kafka-settings", type=Path, help="a JSON file with settings of the broker, in Kafka's words")
    parser.add_argument(
        "--lasting", action="store_true", help="it will be at work for minutes: be quick in the long run"
    )
    parser.add_argument("--ready-within", type=float, default=READY_WITHIN_SECONDS, metavar="SECONDS")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="stop when this process is gone")
    return parser.parse_args(words)


def _stop_asked() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _run(data: Path, asked: argparse.Namespace, stop: threading.Event) -> None:
    known = Addresses.read(data) or Addresses()
    kafka = addresses.choose_port(asked.kafka_port, known.kafka_port) if asked.only != "mongo" else None
    mongo = addresses.choose_port(asked.mongo_port, known.mongo_port) if asked.only != "kafka" else None
    parts, log = jars.classpath(), data / "servers.log"
    with ended_when_late(asked.ready_within, log):
        jvm.start([*parts, classes(parts)], log, lasting=asked.lasting)
        servers = _start(data, kafka, mongo, _more(asked.kafka_settings))
    ready = Addresses.of_ports(kafka, mongo)
    ready.write(data)
    print(ready.as_json(), flush=True)
    _wait(stop, asked.with_parent)
    _stop(servers)


def _more(file: Path | None) -> Mapping[str, str]:
    if file is None:
        return {}
    try:
        return {str(name): str(value) for name, value in json.loads(file.read_text()).items()}
    except (OSError, ValueError, AttributeError) as wrong:
        raise StackProblem(f"The broker's settings in {file} cannot be read: {wrong}") from wrong


def _start(data: Path, kafka: int | None, mongo: int | None, more: Mapping[str, str]) -> list[Server]:
    servers: list[Server] = []
    if mongo:
        servers.append(Database(data / "mongo", mongo))
    if kafka:
        servers.append(Broker(data / "kafka", kafka, more))
    return servers


def _wait(stop: threading.Event, parent: int | None) -> None:
    while not stop.wait(WATCH_SECONDS):
        if parent and not lives(parent):
            return


def _stop(servers: Sequence[Server]) -> None:
    """Stop all; a part that hangs does not hold up the end, its data are on disk already."""
    last_word = threading.Timer(GRACE_SECONDS, os._exit, (0,))
    last_word.daemon = True
    last_word.start()
    for server in servers:
        server.stop()


def leave(code: int) -> NoReturn:
    """End the process without waiting for the Java machine's own threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
