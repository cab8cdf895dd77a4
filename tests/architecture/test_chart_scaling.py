"""How the chart lets the platform grow: apis with their work, workers with what their readers have not done yet."""

import pytest

from deploy.services import NAMES, manifest
from tests.support.chart import ON_A_CLUSTER, of, values

ROLES = ("api", "worker")
OF_A_TOPIC = {"limitToPartitionsWithLag", "ensureEvenDistributionOfPartitions", "partitionLimitation"}
"""What KEDA's Kafka scaler refuses, or leaves aside, where no topic is named (`Validate` in its kafka_scaler.go)."""


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
