"""Who looks after a platform on a cluster has a place to do it from: a backup each night, and a desk on demand."""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import typer.main

from deploy.cli.app import app
from deploy.ops.environments import environments
from deploy.services import NAMES
from tests.support.chart import HELM, ON_A_CLUSTER, committed, of, pods

IN_THE_IMAGE = "python -m deploy.cli "
DOCUMENT = (HELM.parents[1] / "docs" / "operations.md").read_text()


def _ours(text: str) -> Iterator[list[str]]:
    """Each of our commands in this text, as words."""
    for line in text.splitlines():
        for each in line.split(IN_THE_IMAGE)[1:]:
            yield shlex.split(re.split(r"`|&&|;", each)[0])


def _understood(words: list[str]) -> bool:
    """Whether there is such a command with such options; nothing is done. Raises what typer raises."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words[0]]
        words = words[1:]
    return bool(command.make_context(command.name, list(words)))


def _pod(size: str, name: str) -> Mapping[str, Any]:
    return dict(pods(size))[name]


def test_one_machine_has_no_need_of_it() -> None:
    assert {"CronJob", "PersistentVolumeClaim"} & {each["kind"] for each in committed("laptop")} == set()


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_each_night_all_is_taken_out_into_a_folder_of_its_own_and_only_then_the_old_goes(size: str) -> None:
    backup = of(size, "CronJob")["backup"]["spec"]
    assert backup["schedule"]
    assert backup["concurrencyPolicy"] == "Forbid"
    (container,) = _pod(size, "backup")["containers"]
    shell, option, script = container["command"]
    assert (shell, option) == ("sh", "-c")
    taking, _, tidying = script.partition("&&")
    assert "/archive/$(date" in taking
    assert re.search(r"^find /archive .* -mtime \+\d+ -exec rm -r ", tidying.strip())
    (words,) = _ours(taking.replace("$(date -u +%Y-%m-%dT%H%M%S)", "now"))
    assert words[:3] == ["ops", "backup", "/archive/now"]
    assert _understood(words)


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_the_desk_is_there_when_it_is_asked_for_and_goes_by_itself(size: str) -> None:
    desk = of(size, "CronJob")["operator"]["spec"]
    assert desk["suspend"] is True
    assert desk["jobTemplate"]["spec"]["activeDeadlineSeconds"] <= 8 * 3600


@pytest.mark.parametrize("size", ON_A_CLUSTER)
@pytest.mark.parametrize("name", ["backup", "operator"])
def test_an_operator_is_told_what_every_command_needs_and_may_write_only_the_archive(size: str, name: str) -> None:
    pod = _pod(size, name)
    (container,) = pod["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    assert environments(None, external=True, surroundings=told).keys() == set(NAMES)
    assert [each["secretRef"]["name"] for each in container["envFrom"]] == ["sixsteps-shared", "sixsteps-operator"]
    claims = {
        each["name"]: each["persistentVolumeClaim"]["claimName"]
        for each in pod["volumes"]
        if "persistentVolumeClaim" in each
    }
    assert set(claims.values()) == of(size, "PersistentVolumeClaim").keys()
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    assert mounts["/archive"] in claims
    assert told["TMPDIR"] == "/archive"


@pytest.mark.parametrize("size", ON_A_CLUSTER)
@pytest.mark.parametrize("name", ["backup", "operator"])
def test_an_operator_reaches_broker_and_database_and_nobody_reaches_an_operator(size: str, name: str) -> None:
    labels = of(size, "CronJob")[name]["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    for_them = [
        each["spec"]
        for each in of(size, "NetworkPolicy").values()
        if each["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    ]
    ways = [way for each in for_them for way in each.get("egress", ())]
    assert {53, 9093, 27017} <= {port["port"] for way in ways if "to" not in way for port in way["ports"]}
    services = [each["spec"]["selector"] for each in of(size, "Service").values()]
    assert not any(selector.items() <= labels.items() for selector in services)


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_what_is_written_of_a_cluster_can_be_typed(size: str) -> None:
    told = DOCUMENT.partition("## On a cluster")[2].partition("\n## ")[0]
    assert set(re.findall(r"--from=cronjob/([\w-]+)", told)) == of(size, "CronJob").keys()
    assert set(re.findall(r"deploy/([\w-]+-(?:api|worker))\b", told)) <= of(size, "Deployment").keys()
    commands = list(_ours(told))
    assert len(commands) > 2
    for words in commands:
        assert _understood(words), words
