"""What a cluster would be told: rendered for three sizes, valid by Kubernetes' own schemas, and holding our promises.

The rendered files are committed and made by `deploy/helm/render`. Where helm is installed, the chart is linted and
rendered anew and compared; elsewhere a digest in each file says whether sources and rendering are those of its making.
How it grows and who may reach it: `test_chart_scaling.py`, `test_chart_network.py`; what a
deployment may say: `test_chart_values.py`; who looks after it: `test_chart_operators.py`.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest

from deploy.services import NAMES
from shared.chassis.settings import PREFIX, Settings
from tests.support.chart import CHART, HELM, KUBERNETES, SETS, committed, objects, of, pods

ROLES = ("api", "worker")
OPERATORS = ("backup", "operator")
OTHERS_KINDS = ("keda.sh/v1alpha1",)
SECRET = ("CARD_KEYS", "PASSWORD", "MONGO", "USER", "USERNAME")


@pytest.mark.parametrize("size", SETS)
def test_what_is_committed_was_made_from_the_chart_as_it_is_now_and_written_by_nobody_since(size: str) -> None:
    templates = sorted((CHART / "templates").iterdir())
    sources = [CHART / "Chart.yaml", CHART / "values.yaml", CHART / "values.schema.json", *templates]
    made_from = b"".join(path.read_bytes() for path in [*sources, HELM / "values" / f"{size}.yaml"])
    first, _, rendering = (HELM / "rendered" / f"{size}.yaml").read_bytes().partition(b"\n")
    digest = hashlib.sha256(made_from + rendering).hexdigest()
    assert first.decode().endswith(digest), "run deploy/helm/render, which needs helm"


def test_helm_finds_no_fault_and_renders_what_is_committed(tmp_path: Path) -> None:
    if shutil.which("helm") is None:
        pytest.skip(
            "helm is not installed: nothing was linted or rendered. The committed renderings and sources were held"
            " against digests, the values against the chart's schema, the objects against those of Kubernetes."
        )
    done = subprocess.run([HELM / "render", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for size in SETS:
        assert objects((tmp_path / f"{size}.yaml").read_text()) == committed(size)


@pytest.mark.parametrize("size", SETS)
def test_kubernetes_takes_every_object(size: str) -> None:
    found = [each for each in committed(size) if each["apiVersion"] not in OTHERS_KINDS]
    assert len(found) > 12
    for each in found:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


@pytest.mark.parametrize("size", SETS)
def test_every_service_runs_in_every_role_and_is_looked_at(size: str) -> None:
    deployments = of(size, "Deployment")
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
    for _, pod in pods(size):
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
    assert "Secret" not in {each["kind"] for each in committed(size)}
    for name, pod in pods(size):
        (container,) = pod["containers"]
        told = {each["name"] for each in container["env"]}
        assert not {each for each in told if each.endswith(SECRET)}
        service = "operator" if name in OPERATORS else name.rpartition("-")[0] or name
        assert [each["secretRef"]["name"] for each in container["envFrom"]] == [
            "sixsteps-shared",
            f"sixsteps-{service}",
        ]


@pytest.mark.parametrize("size", SETS)
def test_every_setting_is_one_that_is_read_and_every_needed_one_is_given(size: str) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    needed = {f"{PREFIX}{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
    by_secret = {f"{PREFIX}{name}" for name in ("SERVICE", "CARD_KEYS", "MONGO")}
    for _, pod in pods(size):
        told = {each["name"] for each in pod["containers"][0]["env"]}
        assert needed - by_secret <= told
        assert {each for each in told - known if not each.startswith(f"{PREFIX}SMTP_")} <= {"TMPDIR"}


@pytest.mark.parametrize("size", SETS)
def test_the_topics_are_made_before_anything_else(size: str) -> None:
    (job,) = of(size, "Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["topics"]
