"""Which broker and database the tests meet: the embedded ones, containers, or addresses from outside.

SIXSTEPS_TEST_STACK says which: `embedded` (when unset), `containers`, or `external` with SIXSTEPS_KAFKA and
SIXSTEPS_MONGO.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy.cli.engine import engine_answers
from deploy.cli.rings import STACK_MISSING
from deploy.local.problem import StackProblem
from deploy.local.process import start_stack

KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGO_IMAGE = "mongo:8"
KAFKA_PORT = 9092
MONGO_PORT = 27017
LAUNCH = "/tmp/launch.sh"  # noqa: S108 - a path inside the container


@dataclass(frozen=True)
class Stack:
    """Addresses of a broker and a database that answer."""

    kafka: str
    mongo: str


def is_embedded() -> bool:
    """Whether the tests run on the embedded stack: what only it can show may be left out on another, and only there."""
    return _chosen() == "embedded"


def _chosen() -> str:
    return os.environ.get("SIXSTEPS_TEST_STACK", "embedded")


@contextmanager
def chosen_stack(data: Path) -> Iterator[Stack]:
    """Give the stack that SIXSTEPS_TEST_STACK names; refuses a name it does not know."""
    match _chosen():
        case "embedded":
            with _embedded(data) as stack:
                yield stack
        case "containers":
            with _containers() as stack:
                yield stack
        case "external":
            yield _external()
        case other:
            pytest.exit(
                f"SIXSTEPS_TEST_STACK is '{other}'; it must be embedded, containers or external.", STACK_MISSING
            )


@contextmanager
def _embedded(data: Path) -> Iterator[Stack]:
    try:
        running = start_stack(data, lasting=True)
    except StackProblem as problem:
        pytest.exit(str(problem), STACK_MISSING)
    try:
        yield Stack(kafka=running.kafka or "", mongo=running.mongo or "")
    finally:
        running.stop()


def _external() -> Stack:
    kafka, mongo = os.environ.get("SIXSTEPS_KAFKA"), os.environ.get("SIXSTEPS_MONGO")
    if not kafka or not mongo:
        pytest.exit("The external stack needs SIXSTEPS_KAFKA and SIXSTEPS_MONGO.", STACK_MISSING)
    return Stack(kafka=kafka, mongo=mongo)


@contextmanager
def _containers() -> Iterator[Stack]:
    _skip_without_engine()
    with ExitStack() as ends:
        kafka = ends.enter_context(_kafka())
        mongo = ends.enter_context(_mongo())
        yield Stack(
            kafka=_advertise(kafka),
            mongo=f"mongodb://{_reached_at(mongo, MONGO_PORT)}/?directConnection=true",
        )


def _skip_without_engine() -> None:
    if not engine_answers():
        pytest.skip("No container engine answers; use --stack embedded or start one.")


def _mongo() -> DockerContainer:
    waiting = LogMessageWaitStrategy(re.compile("waiting for connections", re.IGNORECASE))
    return DockerContainer(MONGO_IMAGE).with_exposed_ports(MONGO_PORT).waiting_for(waiting)


def _kafka() -> DockerContainer:
    """A broker that waits for its launch script: its outside port is known only once the container runs."""
    waits = f"until [ -f {LAUNCH} ]; do sleep 0.1; done; exec bash {LAUNCH}"
    return (
        DockerContainer(KAFKA_IMAGE)
        .with_exposed_ports(KAFKA_PORT)
        .with_envs(**KAFKA_SETTINGS)
        .with_kwargs(entrypoint=["bash", "-c", waits])
    )


KAFKA_SETTINGS = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_LISTENERS": f"HOST://:{KAFKA_PORT},BROKER://:9094,CONTROLLER://:9093",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
    "KAFKA_LOG_CLEANER_BACKOFF_MS": "500",
    "KAFKA_LOG_INITIAL_TASK_DELAY_MS": "1000",
    "KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS": "2000",
    "KAFKA_LOG_SEGMENT_DELETE_DELAY_MS": "1000",
}


def _advertise(kafka: DockerContainer) -> str:
    """Tell the broker under which address the tests reach it, let it start, and wait until it has."""
    address = _reached_at(kafka, KAFKA_PORT)
    listeners = f"HOST://{address},BROKER://localhost:9094"
    script = f"export KAFKA_ADVERTISED_LISTENERS={listeners}\nexec /etc/kafka/docker/run\n"
    kafka.copy_into_container(script.encode(), LAUNCH)
    LogMessageWaitStrategy("Kafka Server started").wait_until_ready(kafka)
    return address


def _reached_at(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"
