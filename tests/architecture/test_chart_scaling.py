"""How the chart lets the platform grow: apis with their work, workers with what their readers have not done yet."""

import re
from typing import Any

import pytest

from deploy.services import NAMES, manifest
from tests.support.chart import CHART, HELM, ON_A_CLUSTER, of, values

ROLES = ("api", "worker")
OF_A_TOPIC = {"limitToPartitionsWithLag", "ensureEvenDistributionOfPartitions", "partitionLimitation"}
"""What KEDA's Kafka scaler refuses, or leaves aside, where no topic is named (`Validate` in its kafka_scaler.go)."""
MEASURED = (HELM.parents[1] / "docs" / "performance.md").read_text()
OF_THE_BAR = 200
"""Commands a second at which one process is measured to answer soon enough."""


def _requested(size: str, name: str) -> Any:
    (container,) = of(size, "Deployment")[name]["spec"]["template"]["spec"]["containers"]
    return container["resources"]


def test_what_the_chart_asks_for_was_measured() -> None:
    told = re.search(r"# By docs/performance\.md\.(.*?)\nresources:", (CHART / "values.yaml").read_text(), re.DOTALL)
    assert told is not None
    figures = set(re.findall(r"(\d[\d.]*) (?:MB|ms\b(?! idle)|%(?= of one)|events/s)", told[1]))
    assert {"248", "1.17", "0.31", "1.3", "260"} <= figures
    assert [each for each in figures if not re.search(rf"(?<![\d.]){re.escape(each)}(?![\d.]*\d)", MEASURED)] == []


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_another_api_starts_within_the_load_that_was_measured_and_not_long_before(size: str) -> None:
    command = re.search(r"One command over HTTP.*?: ([\d.]+) ms in the service", MEASURED)
    assert command is not None
    for name, each in of(size, "HorizontalPodAutoscaler").items():
        (metric,) = each["spec"]["metrics"]
        asked = int(_requested(size, name)["requests"]["cpu"].removesuffix("m"))
        milliseconds = asked * metric["resource"]["target"]["averageUtilization"] / 100
        assert 0.8 * OF_THE_BAR < milliseconds / float(command[1]) < OF_THE_BAR


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_a_worker_has_room_for_the_highest_that_was_measured(size: str) -> None:
    peak = re.search(r"notifications (\d+) \(", MEASURED)
    assert peak is not None
    for name in NAMES:
        limit = _requested(size, f"{name}-worker")["limits"]["memory"]
        assert int(limit.removesuffix("Mi")) > 1.5 * int(peak[1])


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_an_api_grows_with_its_work_and_a_worker_with_its_lag_up_to_the_partitions(size: str) -> None:
    deployments, partitions = of(size, "Deployment"), values(size)["kafka"]["partitions"]
    scalers, scaled = of(size, "HorizontalPodAutoscaler"), of(size, "ScaledObject")
    assert scalers.keys() == {f"{name}-api" for name in NAMES}
    assert scaled.keys() == {f"{name}-worker" for name in NAMES}
    assert all("replicas" not in each["spec"] for each in deployments.values())
    for each in scaled.values():
        assert each["spec"]["scaleTargetRef"]["name"] in deployments
        assert 1 <= each["spec"]["minReplicaCount"] <= each["spec"]["maxReplicaCount"] <= partitions


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_keda_is_told_all_that_it_wants_to_know_of_a_reader_and_nothing_that_it_refuses(size: str) -> None:
    triggers = [trigger for each in of(size, "ScaledObject").values() for trigger in each["spec"]["triggers"]]
    assert triggers
    for trigger in triggers:
        told = trigger["metadata"]
        assert all(isinstance(value, str) for value in told.values())
        assert told["bootstrapServers"] == values(size)["kafka"]["addresses"]
        assert told["consumerGroup"]
        assert int(told["lagThreshold"]) > 0
        assert told["allowIdleConsumers"] == "false"
        assert "topic" not in told, "a group has what is left of all its topics to do"
        assert not OF_A_TOPIC & told.keys()
        assert tuple(map(int, told["version"].split("."))) >= (2, 1), "Kafka 4 refuses what is older (KIP-896)"


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_keda_signs_in_as_the_service_whose_worker_it_scales(size: str) -> None:
    told = of(size, "TriggerAuthentication")
    for name, each in of(size, "ScaledObject").items():
        assert {trigger["authenticationRef"]["name"] for trigger in each["spec"]["triggers"]} == {name}
        given = {key["parameter"]: (key["name"], key["key"]) for key in told[name]["spec"]["secretTargetRef"]}
        service = f"sixsteps-{name.removesuffix('-worker')}"
        assert given["username"] == (service, "SIXSTEPS_KAFKA_USER")
        assert given["password"] == (service, "SIXSTEPS_KAFKA_PASSWORD")
        assert {given["sasl"], given["tls"]} == {(service, "KEDA_SASL"), (service, "KEDA_TLS")}
        assert ("cert" in given) == ("key" in given)


def test_a_worker_is_scaled_by_the_lag_of_every_reader_that_its_service_has() -> None:
    for name in NAMES:
        service = manifest(name)
        has = {"policies": service.policies, "views": service.views or service.deadlines, "errands": service.errands}
        triggers = of("region", "ScaledObject")[f"{name}-worker"]["spec"]["triggers"]
        groups = {trigger["metadata"]["consumerGroup"] for trigger in triggers}
        assert groups == {f"{name}-{reader}" for reader, there in has.items() if there}


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_one_process_at_a_time_may_be_taken_away(size: str) -> None:
    budgets = of(size, "PodDisruptionBudget")
    assert budgets.keys() == {f"{name}-{role}" for name in NAMES for role in ROLES}
    assert {each["spec"]["maxUnavailable"] for each in budgets.values()} == {1}
