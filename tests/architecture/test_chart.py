"""What a cluster would be told: rendered for three sizes, valid by Kubernetes' own schemas, and holding our promises.

The rendered files are committed and made by `deploy/helm/render`. Where helm is installed, the chart is linted and
rendered anew and compared; elsewhere a digest in each file says whether it is what the chart says now.
"""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.services import NAMES, manifest
from shared.chassis.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
HELM = ROOT / "deploy" / "helm"
CHART = HELM / "sixsteps"
SETS = ("laptop", "region", "country")
ROLES = ("api", "worker")
KUBERNETES = "1.34"
OTHERS_KINDS = ("keda.sh/v1alpha1",)
SECRET = ("CARD_KEYS", "PASSWORD", "MONGO", "USER", "USERNAME")


@cache
def _documents(size: str) -> list[Mapping[str, Any]]:
    return [each for each in yaml.safe_load_all((HELM / "rendered" / f"{size}.yaml").read_text()) if each]


def _of(size: str, kind: str) -> dict[str, Mapping[str, Any]]:
    return {each["metadata"]["name"]: each for each in _documents(size) if each["kind"] == kind}


def _pods(size: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in ("Deployment", "Job"):
        for name, each in _of(size, kind).items():
            yield name, each["spec"]["template"]["spec"]


def _values(size: str) -> Mapping[str, Any]:
    usual = yaml.safe_load((CHART / "values.yaml").read_text())
    own = yaml.safe_load((HELM / "values" / f"{size}.yaml").read_text())
    return {
        name: {**usual[name], **own.get(name, {})} if isinstance(usual[name], dict) else own.get(name) for name in usual
    }


@pytest.mark.parametrize("size", SETS)
def test_what_is_committed_was_made_from_the_chart_as_it_is_now(size: str) -> None:
    templates = sorted((CHART / "templates").iterdir())
    sources = [CHART / "Chart.yaml", CHART / "values.yaml", CHART / "values.schema.json", *templates]
    made_from = b"".join(path.read_bytes() for path in [*sources, HELM / "values" / f"{size}.yaml"])
    first = (HELM / "rendered" / f"{size}.yaml").read_text().splitlines()[0]
    assert first.endswith(hashlib.sha256(made_from).hexdigest()), "run deploy/helm/render, which needs helm"


def test_helm_finds_no_fault_and_renders_what_is_committed(tmp_path: Path) -> None:
    if shutil.which("helm") is None:
        pytest.skip("helm is not installed; the committed rendering was checked by its digest and by the schemas.")
    done = subprocess.run([HELM / "render", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for size in SETS:
        assert yaml_of(tmp_path / f"{size}.yaml") == yaml_of(HELM / "rendered" / f"{size}.yaml")


def yaml_of(file: Path) -> list[Any]:
    return [each for each in yaml.safe_load_all(file.read_text()) if each]


@pytest.mark.parametrize("size", SETS)
def test_kubernetes_takes_every_object(size: str) -> None:
    found = [each for each in _documents(size) if each["apiVersion"] not in OTHERS_KINDS]
    assert len(found) > 12
    for each in found:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


@pytest.mark.parametrize("size", SETS)
def test_every_service_runs_in_every_role_and_is_looked_at(size: str) -> None:
    deployments = _of(size, "Deployment")
    assert deployments.keys() == {f"{name}-{role}" for name in NAMES for role in ROLES}
    for name, each in deployments.items():
        (container,) = each["spec"]["template"]["spec"]["containers"]
        service, _, role = name.rpartition("-")
        assert container["args"] == ["run", service, "--role", role]
        assert container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == "/livez"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        longest = Settings.model_fields["shutdown_seconds"].default
        assert each["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > longest


@pytest.mark.parametrize("size", SETS)
def test_every_pod_is_locked_down_and_limited(size: str) -> None:
    for _, pod in _pods(size):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("size", SETS)
def test_no_secret_stands_in_a_manifest_and_each_process_gets_those_of_its_service(size: str) -> None:
    assert "Secret" not in {each["kind"] for each in _documents(size)}
    for name, pod in _pods(size):
        (container,) = pod["containers"]
        told = {each["name"] for each in container["env"]}
        assert not {each for each in told if each.endswith(SECRET)}
        service = name.rpartition("-")[0] or name
        assert [each["secretRef"]["name"] for each in container["envFrom"]] == [
            "sixsteps-shared",
            f"sixsteps-{service}",
        ]


@pytest.mark.parametrize("size", SETS)
def test_every_setting_is_one_that_is_read_and_every_needed_one_is_given(size: str) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    needed = {f"{PREFIX}{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
    by_secret = {f"{PREFIX}{name}" for name in ("SERVICE", "CARD_KEYS", "MONGO")}
    for _, pod in _pods(size):
        told = {each["name"] for each in pod["containers"][0]["env"]}
        assert needed - by_secret <= told
        assert {each for each in told - known if not each.startswith(f"{PREFIX}SMTP_")} == set()


@pytest.mark.parametrize("size", SETS)
def test_the_topics_are_made_before_anything_else(size: str) -> None:
    (job,) = _of(size, "Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["topics"]


@pytest.mark.parametrize("size", ["region", "country"])
def test_an_api_grows_with_its_work_and_a_worker_with_its_lag_up_to_the_partitions(size: str) -> None:
    deployments, partitions = _of(size, "Deployment"), _values(size)["kafka"]["partitions"]
    scalers, scaled = _of(size, "HorizontalPodAutoscaler"), _of(size, "ScaledObject")
    assert scalers.keys() == {f"{name}-api" for name in NAMES}
    assert scaled.keys() == {f"{name}-worker" for name in NAMES}
    assert all("replicas" not in each["spec"] for each in deployments.values())
    for each in scaled.values():
        assert each["spec"]["scaleTargetRef"]["name"] in deployments
        assert 1 <= each["spec"]["minReplicaCount"] <= each["spec"]["maxReplicaCount"] <= partitions
        assert _of(size, "TriggerAuthentication").keys() >= {
            trigger["authenticationRef"]["name"] for trigger in each["spec"]["triggers"]
        }


def test_a_worker_is_scaled_by_the_lag_of_every_reader_that_its_service_has() -> None:
    for name in NAMES:
        service = manifest(name)
        has = {"policies": service.policies, "views": service.views or service.deadlines, "errands": service.errands}
        triggers = _of("region", "ScaledObject")[f"{name}-worker"]["spec"]["triggers"]
        groups = {trigger["metadata"]["consumerGroup"] for trigger in triggers}
        assert groups == {f"{name}-{reader}" for reader, there in has.items() if there}


@pytest.mark.parametrize("size", ["region", "country"])
def test_one_process_at_a_time_may_be_taken_away(size: str) -> None:
    budgets = _of(size, "PodDisruptionBudget")
    assert budgets.keys() == {f"{name}-{role}" for name in NAMES for role in ROLES}
    assert {each["spec"]["maxUnavailable"] for each in budgets.values()} == {1}


@pytest.mark.parametrize("size", ["region", "country"])
def test_nobody_goes_where_they_need_not(size: str) -> None:
    policies = _of(size, "NetworkPolicy")
    everybody = policies["sixsteps"]["spec"]
    assert set(everybody["policyTypes"]) == {"Ingress", "Egress"}
    ports = {port["port"] for way in everybody["egress"] for port in way["ports"]}
    assert {53, 27017, 443} <= ports
    assert not ports & {25, 465, 587}
    mail = policies["sixsteps-mail"]["spec"]
    assert mail["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "notifications"


def test_the_schema_of_the_values_knows_every_value() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert values.keys() - schema["properties"].keys() == set()
    assert re.search(r"(?m)^  tag: \"\"", (CHART / "values.yaml").read_text())
