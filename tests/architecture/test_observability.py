"""Alerts and dashboards speak of metrics that there are, and every alert says what to do about it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import typer.main
import yaml
from prometheus_client import CollectorRegistry

from deploy.cli.app import app
from deploy.services import NAMES, manifest
from shared.chassis.http.edge import Edge
from shared.chassis.metrics import Metrics
from shared.chassis.tracing import Silent

ROOT = Path(__file__).resolve().parents[2]
RULES: list[Mapping[str, Any]] = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text())["groups"][0][
    "rules"
]
BOARD: Mapping[str, Any] = json.loads((ROOT / "deploy/grafana/sixsteps.json").read_text())
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
OF_PROMETHEUS = {"up": {"job", "instance", "role", "app"}}
OF_EVERY_TARGET = {"job", "instance", "role", "app", "le"}
WANTED = ("commands", "result", "relay_age", "reader_lag", "parked", "deadlines_late", "RecordFailed", "http_seconds")
"""Issue 4 section 4: commands, refusals by code, relay age, lag by reader, parked, deadlines late, messages failed,
HTTP latency."""


def _metrics() -> Mapping[str, set[str]]:
    """Every metric that a process tells, with its labels."""
    metrics = Metrics("shoes")
    Edge(lambda *_: None, metrics.registry, Silent())  # type: ignore[arg-type]  # nothing is sent through it
    return {name: labels | OF_EVERY_TARGET for name, labels in _named(metrics.registry)} | OF_PROMETHEUS


def _named(registry: CollectorRegistry) -> Iterator[tuple[str, set[str]]]:
    for collector, names in registry._collector_to_names.items():
        for name in names:
            yield name, set(collector._labelnames)  # type: ignore[attr-defined]  # the library's own, to compare with


def _expressions() -> list[str]:
    panels = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in RULES), *panels]


@pytest.mark.parametrize("expression", _expressions())
def test_an_expression_can_be_read_and_speaks_of_metrics_and_labels_that_there_are(expression: str) -> None:
    promql_parser.parse(expression)
    known = _metrics()
    used = set(re.findall(r"\b(sixsteps_\w+|up)\b(?=[{)\[ ])", expression))
    assert used
    assert used - known.keys() == set()
    labels = set(re.findall(r"(\w+)(?:=~|!~|=|!=)\"", expression))
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        labels |= {label.strip() for label in grouped.split(",")}
    assert labels - set().union(*(known[name] for name in used)) == set()


def test_what_is_said_of_requests_is_said_of_what_people_ask_and_not_of_probes() -> None:
    asked = [found for each in _expressions() for found in re.findall(r"sixsteps_http_seconds_\w+({[^}]*})?", each)]
    assert len(asked) >= 4
    assert [found for found in asked if 'route=~"/v1.*"' not in found] == []


def test_commands_that_are_named_are_commands_that_there_are() -> None:
    told = {
        command
        for each in _expressions()
        for found in re.findall(r'command=~?"([^"]+)"', each)
        for command in found.split("|")
    }
    known = {command.__name__ for name in NAMES for row in manifest(name).aggregates for command in row.commands}
    assert told
    assert told - known == set()


@pytest.mark.parametrize("word", WANTED)
def test_what_was_asked_for_is_on_the_board_and_in_an_alert(word: str) -> None:
    assert any(word in target["expr"] for panel in BOARD["panels"] for target in panel["targets"])
    assert any(word in rule["expr"] for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_paragraph_that_a_command_of_ours_answers(rule: Mapping[str, Any]) -> None:
    name = rule["alert"]
    found = re.search(rf"(?ms)^## {name}\n(.*?)(?=^## |\Z)", RUNBOOK)
    assert found is not None
    assert all(f"**{part}:**" in found[1] for part in ("Means", "Look", "Do"))
    asked = re.findall(r"`\./sixsteps ops ([a-z-]+(?: [a-z]+)?)", found[1])
    assert asked
    assert [command for command in asked if not _there(command.split())] == []
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"
    assert rule["labels"]["severity"] in ("page", "ticket")


def test_no_paragraph_is_left_of_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"(?m)^## (\w+)$", RUNBOOK)) == {rule["alert"] for rule in RULES}


def _there(words: list[str]) -> bool:
    """Whether `./sixsteps ops <words>` is a command; what follows one may be its argument."""
    group: Any = typer.main.get_command(app).commands["ops"]  # type: ignore[attr-defined]  # the library's own, to compare with
    if words[0] not in group.commands:
        return False
    inner = group.commands[words[0]]
    return not hasattr(inner, "commands") or (len(words) > 1 and words[1] in inner.commands)


def test_prometheus_reads_the_rules_and_grafana_the_board() -> None:
    settings = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    assert settings["rule_files"] == ["rules.yml"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["configs"]["board"]["file"] == "deploy/grafana/sixsteps.json"
    sources = yaml.safe_load((ROOT / "deploy/grafana/datasources.yml").read_text())["datasources"]
    assert {panel["datasource"]["uid"] for panel in BOARD["panels"]} == {source["uid"] for source in sources}
