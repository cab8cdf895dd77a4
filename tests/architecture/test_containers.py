"""The image and the compose file hold what they promise, as far as can be told without a container engine."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.services import NAMES
from shared.chassis.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()

SECRETS = ("CARD_KEYS", "PASSWORD", "USERNAME", "ISSUERS")
ROLES = ("api", "worker")


def _pins(path: str) -> dict[tuple[str, str], str]:
    """What a lock pins: name and version with its hashes, without uv's remarks."""
    text = re.sub(r"(?m)^ *#.*\n", "", (ROOT / path).read_text()).replace("\\\n", "")
    rows = re.findall(r"(?m)^([\w.-]+)==(\S+?)(?: ;[^\n]*?)?((?: +--hash=\S+)+)", text)
    return {(name, version): hashes.split() for name, version, hashes in rows}


def _excluded() -> set[str]:
    lines = (ROOT / "deploy" / "not-in-the-image.txt").read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


def _stages() -> list[str]:
    return re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)


def _images() -> Iterator[str]:
    named = set(re.findall(r"(?m)^FROM \S+ AS (\S+)", DOCKERFILE))
    yield from (image for image in _stages() if image not in named)
    yield from (service["image"] for service in SERVICES.values())


def _final_stage() -> str:
    return DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]


def _commands() -> list[list[str]]:
    return [service["command"] for service in SERVICES.values() if service["image"].startswith("sixsteps")]


def test_the_image_runs_as_a_numbered_user_who_is_not_root() -> None:
    users = re.findall(r"(?m)^USER (\S+)", _final_stage())
    assert users
    assert all(re.fullmatch(r"[1-9]\d*:[1-9]\d*", user) for user in users)


def test_the_image_gives_its_user_every_folder_that_a_volume_is_mounted_on() -> None:
    ours = [service for service in SERVICES.values() if service["image"].startswith("sixsteps")]
    folders = {volume.split(":")[1] for service in ours for volume in service.get("volumes", ())}
    (user,) = re.findall(r"(?m)^USER (\S+)", _final_stage())
    made = re.findall(r"(?m)^RUN mkdir --mode=700 (\S+) && chown (\S+) \1$", _final_stage())
    assert folders
    assert {(folder, user) for folder in folders} == set(made)


def test_the_image_is_built_in_stages_and_carries_the_last_one_only() -> None:
    assert len(_stages()) > 1
    assert "pip" not in _final_stage()


def test_every_image_names_its_exact_version() -> None:
    ours, others = "sixsteps:local", re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?")
    assert [image for image in _images() if image != ours and not others.fullmatch(image)] == []


def test_the_image_installs_by_hash_and_only_what_the_lock_of_services_names() -> None:
    (install,) = re.findall(r"install (?:.|\\\n)*?(?=\n\w)", DOCKERFILE)
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(install.split())
    assert re.findall(r"(?m)^COPY (\S+\.lock)", DOCKERFILE) == ["deploy/requirements.lock"]


def test_the_image_runs_the_versions_that_are_tested() -> None:
    ours, tested = _pins("deploy/requirements.lock"), _pins("requirements.lock")
    assert ours
    assert {pin: hashes for pin, hashes in ours.items() if tested.get(pin) != hashes} == {}


def test_the_image_has_every_dependency_but_the_embedded_stack_and_no_tool() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = {name for name, _ in _pins("deploy/requirements.lock")}
    wanted = {re.split(r"[^\w.-]", row, maxsplit=1)[0] for row in project["project"]["dependencies"]}
    tools = {re.split(r"[^\w.-]", row, maxsplit=1)[0] for row in project["dependency-groups"]["dev"]}
    assert wanted - pinned == _excluded()
    assert pinned & (tools | _excluded()) == set()


def test_every_process_starts_without_what_the_image_leaves_out() -> None:
    kept = {name.replace("_", "-").lower() for name, _ in _pins("deploy/requirements.lock")}
    missing = [
        module
        for module, owners in packages_distributions().items()
        if not {owner.replace("_", "-").lower() for owner in owners} & kept
    ]
    script = (
        "import sys, json, importlib\n"
        "sys.modules.update(dict.fromkeys(json.loads(sys.argv[1])))\n"
        "for name in json.loads(sys.argv[2]): importlib.import_module(name)\n"
    )
    modules = ["deploy.cli.app", "deploy.published", "shared.chassis.serving", "uvloop", "deploy.probe"]
    modules += [f"services.{name}.service" for name in NAMES]
    assert "jpype" in missing
    assert "pytest" in missing
    subprocess.run([sys.executable, "-c", script, json.dumps(missing), json.dumps(modules)], cwd=ROOT, check=True)


def test_the_image_says_whether_it_is_alive() -> None:
    assert re.search(r'HEALTHCHECK .*--start-interval=.*\\\n +CMD \[.*"deploy\.probe", "livez"\]', DOCKERFILE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ROLES)
def test_every_service_runs_in_every_role(name: str, role: str) -> None:
    assert SERVICES[f"{name}-{role}"]["command"] == ["run", name, "--role", role]


def test_nothing_runs_that_is_no_service() -> None:
    known = [["run", name, "--role", role] for name in NAMES for role in ROLES]
    assert sorted(_commands()) == sorted([*known, ["topics"], ["status", "--stack", "external"]])


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_locked_down_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert not service.get("privileged")


@pytest.mark.parametrize("name", [*(f"{name}-{role}" for name in NAMES for role in ROLES), "ops"])
def test_a_process_may_start_the_threads_that_its_driver_takes_on_a_large_machine(name: str) -> None:
    processors, for_each_of_them, our_own = 64, 5, 64  # Motor counts the machine's, not the container's share.
    assert SERVICES[name]["pids_limit"] >= processors * for_each_of_them + our_own


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service.get("restart") != "no"])
def test_everything_that_stays_up_is_looked_at_soon_after_its_start(name: str) -> None:
    assert {"test", "start_period", "start_interval"} <= SERVICES[name]["healthcheck"].keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_service_has_the_time_that_its_shutdown_may_take(name: str) -> None:
    patience = {SERVICES[f"{name}-{role}"]["stop_grace_period"] for role in ROLES}
    assert all(int(given.removesuffix("s")) > Settings.model_fields["shutdown_seconds"].default for given in patience)


def test_ports_are_published_to_this_machine_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_setting_in_the_files_is_one_that_is_read() -> None:
    gateways = "".join(path.read_text() for path in (ROOT / "services").glob("*/gateways/*.py"))
    # A gateway asks by the whole name, or for the rest of it behind its own prefix.
    asked = set(re.findall(r"SIXSTEPS_\w+", gateways)) | {
        f"SIXSTEPS_SMTP_{name}" for name in re.findall(r'_needed\(settings, "(\w+)"', gateways)
    }
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | asked
    used = set(re.findall(r"SIXSTEPS_\w+", DOCKERFILE + (ROOT / "docker-compose.yml").read_text() + EXAMPLE))
    assert used - known == set()


def test_every_needed_setting_is_given_to_every_process_of_ours() -> None:
    needed = {f"{PREFIX}{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
    ours = [service["environment"] for service in SERVICES.values() if service["image"].startswith("sixsteps")]
    assert all(needed - {f"{PREFIX}SERVICE"} <= environment.keys() for environment in ours)


def test_no_secret_has_a_default() -> None:
    given = [row for service in SERVICES.values() for row in service.get("environment", {}).items()]
    secret = {(name, value) for name, value in given if name.endswith(SECRETS)}
    assert secret
    assert [name for name, value in secret if value is not None and not value.startswith(f"${{{name}:?")] == []
    assert re.findall(rf"(?m)^[^#\n]*(?:{'|'.join(SECRETS)})=.+", EXAMPLE) == []


def test_prometheus_reads_every_process_of_ours() -> None:
    settings = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    (found,) = settings["scrape_configs"][0]["dns_sd_configs"]
    assert set(found["names"]) == {f"{name}-{role}" for name in NAMES for role in ROLES}
    assert f"EXPOSE {found['port']}\n" in DOCKERFILE


def test_every_variable_of_the_compose_file_stands_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    wanted = set(re.findall(r"(?<!\$)\$\{(\w+)", text)) | set(re.findall(r"(?m)^  (SIXSTEPS_\w+):$", text))
    assert wanted - set(re.findall(r"(?m)^#? *(\w+)=", EXAMPLE)) == set()


def test_the_addresses_that_the_documents_give_are_those_that_are_published() -> None:
    readme, operations = ((ROOT / page).read_text() for page in ("deploy/README.md", "docs/operations.md"))
    assert f"SIXSTEPS_KAFKA=127.0.0.1:{_published('kafka')} " in readme
    assert f"SIXSTEPS_MONGO='mongodb://127.0.0.1:{_published('mongo')}/?directConnection=true'" in readme
    assert f"--at http://127.0.0.1:{_published('enrolment-api')}`" in operations
    assert "--at http://enrolment-api:8000`" in operations
    for name in NAMES[1:]:
        assert f"{name} {_published(f'{name}-api')}" in operations


def test_the_collector_s_health_is_asked_of_the_one_that_runs() -> None:
    settings = yaml.safe_load((ROOT / "deploy/otel/collector.yml").read_text())
    answering = settings["extensions"]["health_check"]
    port = answering["endpoint"].rpartition(":")[2]
    assert settings["service"]["extensions"] == ["health_check"]
    assert SERVICES["otel-collector"]["healthcheck"]["test"][-1] == f"--config=http://localhost:{port}"
    # What `validate` gets must be a configuration that adds nothing.
    assert yaml.safe_load(answering["response_body"]["healthy"]) == {}


def _published(service: str) -> int:
    """The port on this machine, when nobody says otherwise."""
    (port,) = SERVICES[service]["ports"]
    return int(re.fullmatch(r"127\.0\.0\.1:\$\{\w+:-(\d+)}:\d+", port)[1])  # type: ignore[index]  # else it fails
