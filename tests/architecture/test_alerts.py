"""Each alert fires when it should and is silent when it should be, as Prometheus' own test runner sees it."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "deploy/prometheus"
K8S = "app.kubernetes.io"
NEEDED = "promtool (Debian's package prometheus has it) is not on this machine; the alerts were not played through."


@pytest.fixture(scope="module")
def promtool() -> str:
    """Give the program, or skip."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip(NEEDED)
    return found


def alerts() -> list[str]:
    rules = yaml.safe_load((FOLDER / "rules.yml").read_text())
    return [rule["alert"] for group in rules["groups"] for rule in group["rules"]]


def cases(alert: str) -> Iterator[Mapping[str, Any]]:
    for test in yaml.safe_load((FOLDER / "rules.test.yml").read_text())["tests"]:
        yield from (case for case in test["alert_rule_test"] if case["alertname"] == alert)


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_is_seen_to_fire_and_seen_to_be_silent(alert: str) -> None:
    assert {bool(case["exp_alerts"]) for case in cases(alert)} == {True, False}


def test_the_alerts_do_what_their_cases_say(promtool: str) -> None:
    done = subprocess.run(
        [promtool, "test", "rules", "rules.test.yml"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["prometheus.yml", "kubernetes.yml"])
def test_prometheus_takes_the_configuration(promtool: str, name: str) -> None:
    done = subprocess.run([promtool, "check", "config", name], cwd=FOLDER, capture_output=True, text=True, check=False)
    if "kubernetes_sd_configs not found" in done.stderr:
        pytest.skip("This promtool was built without Kubernetes, as Debian's is.")
    assert done.returncode == 0, done.stdout + done.stderr


def test_in_a_cluster_the_labels_that_the_alerts_speak_of_come_from_the_chart_s() -> None:
    settings = yaml.safe_load((FOLDER / "kubernetes.yml").read_text())["scrape_configs"][0]
    told = yaml.safe_dump(settings["relabel_configs"])
    for path in (FOLDER.parent / "helm/rendered").glob("*.yaml"):
        pods = list(scraped_pods(path))
        assert len({(pod["labels"][f"{K8S}/name"], pod["labels"][f"{K8S}/component"]) for pod in pods}) == 8
        assert {pod["labels"][f"{K8S}/part-of"] for pod in pods} == {"sixsteps"}
    assert settings["job_name"] == "sixsteps"
    for label in ("name", "component", "part_of"):
        assert f"__meta_kubernetes_pod_label_app_kubernetes_io_{label}\n" in told


def scraped_pods(path: Path) -> Iterator[Mapping[str, Any]]:
    """The metadata of every pod of a rendered chart that asks to be scraped, on a port that is called http."""
    for document in yaml.safe_load_all(path.read_text()):
        pod = (document or {}).get("spec", {}).get("template", {})
        if "prometheus.io/scrape" in pod.get("metadata", {}).get("annotations", {}):
            assert "http" in {port["name"] for each in pod["spec"]["containers"] for port in each["ports"]}
            yield pod["metadata"]
