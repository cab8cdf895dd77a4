"""The commands as an operator types them, over the four real services."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.issuer import LocalIssuer
from deploy.local.platform import PlatformPlan, RunningPlatform, start_platform
from deploy.programmes import default_programme
from deploy.services import manifest
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.operating import looking
from shared.chassis.ports import Change
from tests.support.eventually import eventually
from tests.support.stack import Stack

ROOT = Path(__file__).resolve().parents[3]
POISON = "policies|enrolment/home-z|000000000001"
SECRET = b"Ada Lovelace, 12 Square"
HOME = {"name": "Elm", "setting": "care-home-nursing", "regulator": "cqc", "registration_number": "1-100000000001"}


@pytest.fixture(scope="module")
def platform(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """The four services, with topics and databases of their own."""
    mark = secrets.token_hex(4)
    plan = PlatformPlan(
        folder=tmp_path_factory.mktemp("platform"),
        kafka=stack.kafka,
        mongo=stack.mongo,
        prefix=f"o{mark}-",
        database_prefix=f"ops_{mark}_",
    )
    running = start_platform(plan)
    yield running
    running.stop()


Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ops(platform: RunningPlatform) -> Ops:
    """Run `./sixsteps ops …` against the platform's folder."""
    return lambda *words: run(*words, "--data", str(platform.plan.folder))


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", "ops", *words]
    env = {**os.environ, **settings}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def told(ended: subprocess.CompletedProcess[str]) -> Any:
    """What a command says as JSON."""
    return json.loads(ended.stdout)


def test_the_settings_are_kept_for_their_owner_only(platform: RunningPlatform) -> None:
    kept = platform.plan.folder / "environment.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(kept.read_text())) == {"enrolment", "portfolio", "network", "notifications"}


def test_a_fresh_platform_is_well_complete_and_clean(ops: Ops) -> None:
    status, topics, audit = ops("status", "--json"), ops("topics", "--json"), ops("audit", "--json")
    assert (status.returncode, topics.returncode, audit.returncode) == (0, 0, 0), status.stdout + audit.stdout
    assert all(each["http"]["ready"] for each in told(status))
    assert {each["partitions"] for each in told(topics)} == {12}
    assert [each["clean"] for each in told(audit)] == [True] * 4


async def test_a_poison_message_from_first_sight_to_the_end(platform: RunningPlatform, ops: Ops) -> None:
    await poison(platform)
    await eventually(lambda: asyncio.to_thread(parked, ops), "the message is parked")
    status = ops("status", "--service", "network")
    assert (status.returncode, "policies 1" in status.stdout) == (1, True)
    assert "ops parked list" in status.stderr
    plain = ops("parked", "show", "network", POISON)
    assert (plain.returncode, SECRET.decode() in plain.stdout + plain.stderr) == (0, False)
    full = ops("parked", "show", "network", POISON, "--body")
    assert SECRET.decode() in full.stdout
    assert "Careful" in full.stderr
    assert ops("parked", "replay", "network", "policies").returncode == 1
    given_up = ops("parked", "discard", "network", POISON, "--reason", "a test put it there")
    assert (given_up.returncode, "replay network policies" in given_up.stderr) == (0, True)
    assert ops("parked", "replay", "network", "policies", "--json").returncode == 0
    assert parked(ops) == []
    audit = ops("audit", "--service", "enrolment")
    assert (audit.returncode, "decided" in audit.stdout) == (1, True)


async def poison(platform: RunningPlatform) -> None:
    broker = KafkaBroker(KafkaOptions(servers=platform.plan.kafka, client="test"))
    await broker.start()
    headers = (("ce_subject", b"home-z"), ("ce_sequence", b"1"))
    await broker.send(f"{platform.plan.prefix}enrolment-events", b"home-z", SECRET, headers)
    await broker.stop()


def parked(ops: Ops) -> list[str]:
    found = told(ops("parked", "list", "--service", "network", "--reader", "policies", "--json"))
    return [each["id"] for each in found["messages"]]


def test_a_view_is_compared_and_rebuilt(ops: Ops) -> None:
    assert ops("rebuild", "notifications", "messages", "--verify", "--json").returncode == 0
    assert told(ops("rebuild", "notifications", "messages", "--json"))["events"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("rebuild", "network", "nothing"),
        ("parked", "replay", "network", "nobody"),
        ("parked", "list", "--reader", "nobody"),
        ("region", "add", "No Region"),
        ("region", "add", "north", "--programme", "/nowhere.yaml"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right(ops: Ops, words: tuple[str, ...]) -> None:
    ended = ops(*words)
    assert ended.returncode == 2
    assert ended.stderr


@pytest.mark.parametrize("parked_id", ["views|enrolment/home-none|000000000001", "nonsense"])
def test_what_is_not_parked_is_told(ops: Ops, parked_id: str) -> None:
    ended = ops("parked", "show", "network", parked_id)
    assert (ended.returncode, "Nothing is parked" in ended.stderr) == (1, True)


def test_a_home_that_nobody_knows_is_told(ops: Ops) -> None:
    ended = ops("projection", "--home", "nobody", "--service", "network")
    assert (ended.returncode, "feeds no row" in ended.stderr) == (1, True)


async def test_a_request_is_followed_through_the_services_that_it_reached(platform: RunningPlatform, ops: Ops) -> None:
    await posted(platform, "programme-versions", default_programme(), correlation="follow-me-please")
    await eventually(lambda: asyncio.to_thread(reaches, ops, "notifications"), "notifications reacted")
    whole = [
        (each["service"], each["kind"], each["asked_by"]) for each in told(ops("trace", "follow-me-please", "--json"))
    ]
    learnt = "reaction when_programme_version_published_learn_its_titles"
    assert whole.index(("enrolment", "commit", "POST /v1/programme-versions")) < whole.index(
        ("notifications", "commit", learnt)
    )
    plain = ops("trace", "follow-me-please")
    asked = next(line for line in plain.stdout.splitlines() if "POST /v1/programme-versions " in line)
    assert (plain.returncode, "enrolment" in asked, "ProgrammeVersionPublished" in asked) == (0, True, True)
    assert learnt in plain.stdout
    nothing = ops("trace", "nobody-has-this")
    assert (nothing.returncode, nothing.stdout, "Nothing carries" in nothing.stderr) == (1, "", True)


def reaches(ops: Ops, service: str) -> bool:
    return ops("trace", "follow-me-please", "--service", service).returncode == 0


async def test_one_home_s_rows_are_compared_and_what_differs_is_named(platform: RunningPlatform, ops: Ops) -> None:
    home = await posted(platform, "care-homes", HOME)
    compared = ("projection", "--home", home, "--service", "enrolment")
    await eventually(lambda: asyncio.to_thread(lambda: ops(*compared).returncode == 0), "its row is there and right")
    rows = told(ops(*compared, "--json"))["enrolment"]["care-homes"]
    assert (rows["equal"], rows["different"]) == (1, [])
    (line,) = (line for line in ops(*compared).stdout.splitlines() if "care-homes" in line)
    assert line.split()[:4] == ["enrolment", "care-homes", "1", "none"]
    kept = json.loads((platform.plan.folder / "environment.json").read_text())["enrolment"]
    async with looking(manifest("enrolment"), kept) as at:
        row = (await at.around.store.get("view_care-homes", [home]))[home]["row"]
        await at.around.store.write("view_care-homes", [Change(home, {"row": {**row, "name": "Another"}})])
    spoilt = ops(*compared)
    assert (spoilt.returncode, "rebuild enrolment care-homes" in spoilt.stderr) == (1, True)
    (line,) = (line for line in spoilt.stdout.splitlines() if "care-homes" in line)
    assert line.split()[:4] == ["enrolment", "care-homes", "0", "1"]
    ops("rebuild", "enrolment", "care-homes")  # its code also tells of streams that other tests spoilt
    assert ops(*compared).returncode == 0


async def posted(platform: RunningPlatform, path: str, body: Mapping[str, Any], correlation: str = "of-a-test") -> str:
    """Ask enrolment as a coordinator of a region of the test's own; the id of what it made."""
    folder = platform.plan.folder
    port = json.loads((folder / "environment.json").read_text())["enrolment"]["SIXSTEPS_HTTP_PORT"]
    token = LocalIssuer(folder).token("someone", roles=["coordinator"], regions=["west"], homes=[])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": path, "Correlation-Id": correlation}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answer = await client.post(f"/v1/{path}", json=dict(body), headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_folder_that_nothing_can_be_written_to_is_told(ops: Ops, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = ops("backup", str(tmp_path / "file"), "--service", "network")
    assert (ended.returncode, "says no" in ended.stderr, "Traceback" in ended.stderr) == (3, True, False)


def test_a_broker_that_takes_no_rights_is_told(ops: Ops) -> None:
    ended = ops("rights", "--give")
    assert (ended.returncode, "Kafka says no" in ended.stderr) == (1, True)


def test_enrolment_that_is_away_is_told(ops: Ops) -> None:
    ended = ops("region", "add", "north", "--at", "http://127.0.0.1:9")
    assert (ended.returncode, "cannot be reached" in ended.stderr) == (3, True)


def test_a_region_joins_a_platform_that_is_only_named(platform: RunningPlatform) -> None:
    folder = platform.plan.folder
    enrolment = json.loads((folder / "environment.json").read_text())["enrolment"]
    token = LocalIssuer(folder).token("operator", roles=["coordinator"], regions=["east"], homes=[])
    at = f"http://127.0.0.1:{enrolment['SIXSTEPS_HTTP_PORT']}"
    words = ("region", "add", "east", "--stack", "external", "--at", at)
    joined = run(*words, SIXSTEPS_KAFKA=platform.plan.kafka, SIXSTEPS_TOKEN=token)
    assert (joined.returncode, "six-steps-care-homes" in joined.stdout) == (0, True), joined.stderr


def test_a_platform_that_is_not_there_is_told(tmp_path: Path, platform: RunningPlatform) -> None:
    nowhere = run("status", "--data", str(tmp_path))
    assert (nowhere.returncode, "No platform has run" in nowhere.stderr) == (2, True)
    kept = json.loads((platform.plan.folder / "environment.json").read_text())
    away = {name: {**settings, "SIXSTEPS_KAFKA": "127.0.0.1:9"} for name, settings in kept.items()}
    (tmp_path / "environment.json").write_text(json.dumps(away))
    assert run("audit", "--data", str(tmp_path)).returncode == 3
    status = run("status", "--data", str(tmp_path))
    assert (status.returncode, "broker cannot be reached" in status.stderr) == (3, True)


def test_what_must_not_be_lost_is_practised_beside_the_live_platform(ops: Ops, tmp_path: Path) -> None:
    region = ops("region", "add", "north")
    assert (region.returncode, "six-steps-care-homes" in region.stdout) == (0, True), region.stderr
    drill = ops("drill", "restore", "--folder", str(tmp_path), "--json")
    assert drill.returncode == 0, drill.stderr
    assert told(drill)["different"] == []
    in_place = ops("drill", "restore", "--folder", str(tmp_path), "--in-place")
    assert (in_place.returncode, "Still answering" in in_place.stderr) == (1, True)
    assert ops("region", "add", "south").returncode == 0
    restored = ops("restore", str(tmp_path))
    assert (restored.returncode, "neither empty nor what the archive holds" in restored.stderr) == (2, True)
    assert told(ops("republish", "enrolment", "--json"))["sent"] == 0


def test_the_platform_is_closed_and_opened_again(ops: Ops) -> None:
    closed = ops("read-only", "--reason", "the database moves")
    assert (closed.returncode, closed.stdout.count("the database moves")) == (0, 4)
    assert ops("read-only", "--off").stdout.count("open") == 4
