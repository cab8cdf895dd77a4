"""Who may reach what on a cluster: network policies, and what an ingress hands to the world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.services import NAMES, manifest
from shared.chassis.settings import Settings
from tests.support.chart import ON_A_CLUSTER, of, of_kind, rendered
from tests.support.routes import app_for_looking

NOT_FOR_THE_WORLD = {"/livez", "/readyz", "/metrics"}
BODY_SIZE = "nginx.ingress.kubernetes.io/proxy-body-size"
FORM_BYTES = 10_000


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_nobody_goes_where_they_need_not(size: str) -> None:
    policies = of(size, "NetworkPolicy")
    everybody = policies["sixsteps"]["spec"]
    assert set(everybody["policyTypes"]) == {"Ingress", "Egress"}
    ports = {port["port"] for way in everybody["egress"] for port in way["ports"]}
    assert {53, 27017, 443} <= ports
    assert not ports & {25, 465, 587}
    mail = policies["sixsteps-mail"]["spec"]
    assert mail["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "notifications"


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_whoever_is_let_in_is_named(size: str) -> None:
    assert _let_in(of(size, "NetworkPolicy")).keys() == {"sixsteps", "sixsteps-api"}


@pytest.mark.parametrize(("nobody", "left"), [("clients", {"sixsteps"}), ("monitoring", {"sixsteps-api"})])
def test_where_nobody_is_named_nobody_is_let_in(nobody: str, left: set[str], tmp_path: Path) -> None:
    found = of_kind(rendered("region", tmp_path, networkPolicy={nobody: []}), "NetworkPolicy")
    assert "Ingress" in found["sixsteps"]["spec"]["policyTypes"]
    assert _let_in(found).keys() == left


def _let_in(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Whom each policy lets in. A rule that names nobody is for everybody, and for nobody here."""
    rules = {name: each["spec"]["ingress"] for name, each in policies.items() if "ingress" in each["spec"]}
    assert all(rule.get("from") for each in rules.values() for rule in each), "a rule lets everybody in"
    return {name: [peer for rule in each for peer in rule["from"]] for name, each in rules.items()}


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_the_world_reaches_all_that_is_served_but_what_is_for_who_runs_it(size: str) -> None:
    rules = of(size, "Ingress")["sixsteps"]["spec"]["rules"]
    assert [rule["host"].partition(".")[0] for rule in rules] == sorted(NAMES)
    for rule in rules:
        paths = rule["http"]["paths"]
        (service,) = {path["backend"]["service"]["name"] for path in paths}
        served = {str(getattr(route, "path", "")) for route in app_for_looking(manifest(service)).routes}
        assert served >= NOT_FOR_THE_WORLD
        assert {path for path in served if not any(_leads_to(each, path) for each in paths)} == NOT_FOR_THE_WORLD


def _leads_to(rule: Mapping[str, str], path: str) -> bool:
    exact = path == rule["path"]
    return exact or (rule["pathType"] == "Prefix" and path.startswith(f"{rule['path'].rstrip('/')}/"))


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_what_a_service_takes_gets_through_the_ingress(size: str) -> None:
    attachments = [each.attachment for name in NAMES for each in manifest(name).aggregates if each.attachment]
    largest = max(FORM_BYTES + each.max_bytes for each in attachments)
    told = of(size, "Ingress")["sixsteps"]["metadata"]["annotations"][BODY_SIZE]
    assert told.endswith("m")
    assert int(told.removesuffix("m")) * 1024**2 >= max(largest, Settings.model_fields["body_limit_bytes"].default)
