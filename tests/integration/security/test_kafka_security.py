"""Who may do what on the broker: settings carry name, password and certificates; rights follow from the code."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.ops.rights import OPERATOR, TOPICS_JOB
from deploy.ops.status import RIGHTS, statuses
from deploy.ops.topics import described_topics
from deploy.services import NAMES, manifest
from shared.chassis.assembling import Assembled
from shared.chassis.drivers.groups import rewind
from shared.chassis.drivers.kafka_broker import KafkaBroker
from shared.chassis.drivers.kafka_options import KafkaOptions
from shared.chassis.operating import looking
from shared.chassis.ports import Rejected, Unavailable
from shared.chassis.serving import make_topics
from shared.chassis.settings import read_settings
from tests.support.eventually import eventually

CARDS = "enrolment-people"
ROOT = Path(__file__).resolve().parents[3]


def options(guarded: Any, user: str) -> KafkaOptions:
    made = read_settings("enrolment", guarded.settings(user)).kafka_options()
    return replace(made, send_seconds=4.0, start_seconds=6.0, stop_seconds=2.0)


@pytest.fixture(scope="module")
async def topics(guarded: Any) -> list[str]:
    settings = read_settings("enrolment", guarded.settings(TOPICS_JOB))
    return await make_topics([manifest(name) for name in NAMES], settings)


async def test_the_topics_job_makes_every_topic_and_each_service_reads_all_that_it_hears(
    guarded: Any, topics: list[str]
) -> None:
    assert {f"{name}-events" for name in NAMES} | {CARDS} == set(topics)
    for name, settings in guarded.environments.items():
        async with looking(manifest(name), settings) as at:
            await at.around.broker.ping()
            await eventually(partial(knows_its_lag, at), "the groups are known", 20)


async def knows_its_lag(at: Assembled) -> bool:
    try:
        return set((await at.readers.lag()).values()) == {0}
    except Unavailable:  # the broker's first group takes a moment
        return False


@pytest.mark.parametrize("name", NAMES)
async def test_a_service_writes_its_own_topic_and_only_the_owner_writes_contact_cards(
    guarded: Any, topics: list[str], name: str
) -> None:
    broker = KafkaBroker(options(guarded, name))
    await broker.start()
    try:
        await broker.send(f"{name}-events", b"k", b"{}", ())
        for topic in sorted({CARDS, *topics} - {f"{name}-events"}):
            if (name, topic) == ("enrolment", CARDS):
                await broker.send(topic, b"k", b"{}", ())
            else:
                with pytest.raises(Rejected, match="TopicAuthorizationFailed"):
                    await broker.send(topic, b"k", b"{}", ())
    finally:
        await broker.stop()


async def test_the_operator_sees_all_topics_with_their_settings_and_how_far_each_reader_is(
    guarded: Any, topics: list[str]
) -> None:
    found = await described_topics({name: guarded.settings(OPERATOR) for name in NAMES})
    assert {each.name for each in found} == set(topics)
    assert {each.settings.get("min.insync.replicas") for each in found} == {"1"}
    for name in NAMES:
        async with looking(manifest(name), guarded.settings(OPERATOR)) as at:
            await eventually(partial(tells_its_lag, at), "the lag is told", 20)


async def tells_its_lag(at: Assembled) -> bool:
    try:
        return bool(await at.readers.lag())
    except Unavailable:  # the broker's first group takes a moment
        return False


async def test_a_service_sees_neither_settings_nor_how_far_another_s_readers_are(
    guarded: Any, topics: list[str]
) -> None:
    found = await described_topics({"portfolio": guarded.settings("portfolio")})
    assert [(each.partitions, each.settings, each.withheld) for each in found] == [
        (1, {}, "TopicAuthorizationFailedError")
    ]
    async with looking(manifest("enrolment"), guarded.settings("portfolio")) as at:
        with pytest.raises((Unavailable, Rejected), match="AuthorizationFailed"):
            await at.readers.lag()
    (status,) = await statuses({"enrolment": guarded.settings("portfolio")}, {})
    assert (status.lag, set(status.away), status.needs_attention) == (None, {"database", RIGHTS}, True)


async def test_the_operator_writes_wherever_something_is_sent_anew_and_sets_a_reader_back(
    guarded: Any, topics: list[str]
) -> None:
    broker = KafkaBroker(options(guarded, OPERATOR))
    await broker.start()
    try:
        for topic in topics:
            await broker.send(topic, b"k", b"{}", ())
    finally:
        await broker.stop()
    async with looking(manifest("portfolio"), guarded.settings(OPERATOR)) as at:
        group = at.readers.groups["views"]
        await rewind(options(guarded, OPERATOR), group, sorted(at.readers.topics))


@pytest.mark.parametrize(("user", "code", "said"), [(OPERATOR, 0, ""), ("enrolment", 1, "lacks DescribeConfigs")])
def test_ops_topics_says_the_settings_or_what_the_user_lacks(
    guarded: Any, topics: list[str], user: str, code: int, said: str
) -> None:
    ended = ops(guarded, user, "topics")
    assert (ended.returncode, said in ended.stderr) == (code, True), ended.stderr
    assert ("cleanup.policy=" in ended.stdout, "not told" in ended.stdout) == (code == 0, code == 1)


def test_ops_status_blames_no_broker_for_what_a_user_may_not_see(guarded: Any, topics: list[str]) -> None:
    ended = ops(guarded, "portfolio", "status")
    assert "enrolment: this user may not see how far its readers are" in ended.stderr
    assert "broker" not in ended.stderr


def ops(guarded: Any, user: str, word: str) -> subprocess.CompletedProcess[str]:
    """Look at enrolment as this user, with everything said in the environment."""
    words = (sys.executable, "-m", "deploy.cli", "ops", word, "--stack", "external", "--service", "enrolment")
    env = {**os.environ, **guarded.settings(user)}
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("password", ["right", "wrong"])
async def test_a_password_need_not_go_over_the_wire(guarded: Any, topics: list[str], password: str) -> None:
    whole = options(guarded, "enrolment")
    security = replace(whole.security, mechanism="SCRAM-SHA-512")
    broker = KafkaBroker(replace(whole, security=security if password == "right" else replace(security, password="?")))
    try:
        if password == "right":
            await broker.ping()
        else:
            with pytest.raises(Unavailable):
                await broker.ping()
    finally:
        await broker.stop()


async def test_a_reader_signs_in_as_well(guarded: Any, topics: list[str]) -> None:
    heard: list[Any] = []

    async def hear(messages: Any) -> None:
        heard.extend(messages)

    broker = KafkaBroker(options(guarded, "portfolio"))
    broker.subscribe(["enrolment-events"], "portfolio-policies", hear)
    await broker.start()
    sender = KafkaBroker(options(guarded, "enrolment"))
    await sender.start()
    await sender.send("enrolment-events", b"k", b"signed", ())
    await eventually(lambda: any(each.value == b"signed" for each in heard), "it is read")
    await sender.stop()
    await broker.stop()


@pytest.mark.parametrize(
    "lacking",
    [{"password": "wrong"}, {"user": None}, {"cert_file": None, "key_file": None}, {"ca_file": None}, {"tls": False}],
    ids="+".join,
)
async def test_whoever_lacks_one_of_them_is_not_let_in(
    guarded: Any, topics: list[str], lacking: dict[str, Any]
) -> None:
    whole = options(guarded, "enrolment")
    broker = KafkaBroker(replace(whole, security=replace(whole.security, **lacking)))
    try:
        with pytest.raises(Unavailable):
            await broker.ping()
    finally:
        await broker.stop()
