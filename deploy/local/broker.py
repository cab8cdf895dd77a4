"""A real Apache Kafka broker (KRaft: broker and controller in one) inside this process."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jpype

from deploy.local.addresses import HOST
from deploy.local.ports import free_port
from deploy.local.problem import StackProblem

ADD_SCRAM = "add-scram"


class Broker:
    """One broker on one data folder; started when made.

    `more`: settings in Kafka's own words, over those here; `add-scram` among them lists, a line each, users of a new
    data folder as Kafka's storage tool takes them.
    """

    def __init__(self, data: Path, port: int, more: Mapping[str, str]) -> None:
        data.mkdir(parents=True, exist_ok=True)
        own = {name: value for name, value in more.items() if name != ADD_SCRAM}
        settings = {**_settings(data / "log", port, free_port()), **own}
        _format_once(data, settings, more.get(ADD_SCRAM, "").splitlines())
        self._server = _started(settings, port)

    def stop(self) -> None:
        """Close the logs in order; what was acknowledged is there after a kill as well."""
        self._server.shutdown()
        self._server.awaitShutdown()


def _settings(log: Path, port: int, controller_port: int) -> dict[str, str]:
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "log.dirs": str(log),
        **_ONE_MACHINE,
        **_QUICK_TO_NOTICE,
        **_SMALL,
    }


_ONE_MACHINE = {
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
}

# Tests wait for rebalances, compaction and deletion; a person trying things out waits for them too.
_QUICK_TO_NOTICE = {
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # After a kill the controller keeps the old broker registered for one such session.
    "broker.session.timeout.ms": "2500",
    "broker.heartbeat.interval.ms": "400",
    "log.cleaner.backoff.ms": "500",
    "log.initial.task.delay.ms": "1000",
    "log.retention.check.interval.ms": "2000",
    "log.segment.delete.delay.ms": "1000",
}

_SMALL = {
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "num.recovery.threads.per.data.dir": "4",
    "log.cleaner.dedupe.buffer.size": str(4 * 1024 * 1024),
    "log.index.size.max.bytes": str(1024 * 1024),
}


def _format_once(data: Path, settings: dict[str, str], users: Sequence[str]) -> None:
    """Give a new log folder its cluster id, as `kafka-storage.sh format` does."""
    if (data / "log" / "meta.properties").exists():
        return
    file = data / "server.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    # Kafka's own ids never begin with a hyphen; one that does (1 in 64) is taken for an option, without a word of why.
    _format(str(jpype.JClass("org.apache.kafka.common.Uuid").randomUuid()), file, users)


def _format(cluster: str, settings: Path, users: Sequence[str]) -> None:
    said = jpype.java.io.ByteArrayOutputStream()
    tool = jpype.JClass("kafka.tools.StorageTool")
    signing_in = [word for user in users for word in ("--add-scram", user)]
    words = jpype.JArray(jpype.JString)(["format", "-t", cluster, "-c", str(settings), *signing_in])
    try:
        code = tool.execute(words, jpype.java.io.PrintStream(said))
    except jpype.JException as failed:
        raise StackProblem(f"Kafka could not prepare its log folder: {failed.getMessage()}") from failed
    if code != 0:
        told = " ".join(str(said).split()) or "nothing"
        raise StackProblem(f"Kafka could not prepare its log folder for cluster {cluster}: code {code}, said {told}.")


def _started(settings: dict[str, str], port: int) -> Any:
    properties = jpype.java.util.Properties()
    for name, value in settings.items():
        properties.setProperty(name, value)
    config = jpype.JClass("kafka.server.KafkaConfig")(properties)
    clock = jpype.JClass("org.apache.kafka.common.utils.Time").SYSTEM
    server = jpype.JClass("kafka.server.KafkaRaftServer")(config, clock)
    try:
        server.startup()
    except jpype.JException as failed:
        raise StackProblem(f"Kafka did not start on port {port}: {failed.getMessage()}") from failed
    return server
