"""Settings come from the environment; what is missing or wrong is told in one sentence that names it."""

import base64
import json
from pathlib import Path

import pytest

from shared.chassis.cards.sealing import KeyRing
from shared.chassis.settings import read_settings

KEY = base64.b64encode(b"k" * 32).decode()
OLD_KEY = base64.b64encode(b"o" * 32).decode()
ISSUERS = '[{"issuer": "https://who", "audience": "shoes", "jwks_file": "keys.json"}]'
ENOUGH = {
    "KAFKA": "127.0.0.1:9092",
    "MONGO": "mongodb://user:hush@127.0.0.1",
    "DEPLOYMENT": "test",
    "ISSUERS": ISSUERS,
    "CARD_KEYS": f"new:{KEY},old:{OLD_KEY}",
}


@pytest.fixture(autouse=True)
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "TOPIC_PREFIX", "DRIVER", "HTTP_PORT", "TICK_SECONDS"):
        monkeypatch.delenv(f"SIXSTEPS_{name}", raising=False)
    for name, value in ENOUGH.items():
        monkeypatch.setenv(f"SIXSTEPS_{name}", value)


def sentences(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        read_settings("shoes")
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_what_differs_between_deployments_is_enough_and_the_rest_has_defaults() -> None:
    settings = read_settings("shoes")
    assert (settings.database_name, settings.driver, settings.sweep_seconds) == ("sixsteps_shoes", "motor", 30.0)
    assert settings.topic_prefix == ""


@pytest.mark.parametrize("name", sorted(ENOUGH))
def test_a_missing_setting_stops_the_start_with_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(f"SIXSTEPS_{name}")
    assert sentences(capsys) == f"The setting SIXSTEPS_{name} is missing.\n"


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("HTTP_PORT", "eighty", "SIXSTEPS_HTTP_PORT is wrong"),
        ("DRIVER", "odbc", "'motor' or 'pymongo'"),
        ("TICK_SECONDS", "0", "greater than 0"),
        ("ISSUERS", "/nowhere/issuers.json", "/nowhere/issuers.json cannot be read"),
        ("ISSUERS", "[{]", "not JSON"),
        ("ISSUERS", "[]", "at least 1 item"),
        ("ISSUERS", '[{"issuer": "i", "audience": "a"}]', "jwks_file or jwks_uri"),
        ("CARD_KEYS", "new:????", "not base64"),
        ("CARD_KEYS", "new:aGk=", "Key 'new' has 2 bytes; it must have 32.\n"),
        ("CARD_KEYS", f"new:{base64.b64encode(bytes(16)).decode()}", "has 16 bytes; it must have 32.\n"),
        ("CARD_KEYS", f"new:{KEY},old:{base64.b64encode(bytes(24)).decode()}", "Key 'old' has 24 bytes"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_says_why(
    name: str, value: str, part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"SIXSTEPS_{name}", value)
    told = sentences(capsys)
    assert part in told
    assert "Traceback" not in told


def test_a_wrong_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SIXSTEPS_CARD_KEYS", f"new:{KEY},new:{OLD_KEY}")
    told = sentences(capsys)
    assert KEY not in told
    assert OLD_KEY not in told


def test_secrets_do_not_show() -> None:
    settings = read_settings("shoes")
    assert "hush" not in repr(settings)
    assert KEY not in repr(settings)


def test_the_first_card_key_is_the_one_that_encrypts() -> None:
    assert KeyRing.parse(read_settings("shoes").card_keys.get_secret_value()).sealing_key == "new"


def test_issuers_come_from_a_file_or_from_the_setting_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inline = read_settings("shoes").issuers
    file = tmp_path / "issuers.json"
    file.write_text(json.dumps(json.loads(ISSUERS)))
    monkeypatch.setenv("SIXSTEPS_ISSUERS", str(file))
    assert read_settings("shoes").issuers == inline
    assert inline[0].issuer == "https://who"


def test_a_prefix_of_topics_and_groups_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXSTEPS_TOPIC_PREFIX", "trial-")
    assert read_settings("shoes").topic_prefix == "trial-"


def test_a_clock_that_can_be_set_is_refused_outside_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("SIXSTEPS_DEMO_CLOCK_FILE", str(tmp_path / "clock"))
    with pytest.raises(SystemExit):
        read_settings("shoes")
    assert "SIXSTEPS_DEMO_CLOCK_FILE is wrong" in capsys.readouterr().err
    monkeypatch.setenv("SIXSTEPS_DEPLOYMENT", "demo")
    assert read_settings("shoes").demo_clock_file == tmp_path / "clock"


def test_whoever_signs_in_to_the_database_is_told_apart_from_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_text("any")
    monkeypatch.setenv("SIXSTEPS_MONGO_USER", "shoes")
    monkeypatch.setenv("SIXSTEPS_MONGO_PASSWORD", "hush")
    monkeypatch.setenv("SIXSTEPS_MONGO_TLS", "true")
    monkeypatch.setenv("SIXSTEPS_MONGO_CA_FILE", str(authority))
    access = read_settings("shoes").mongo_access()
    signing_in = {"username": "shoes", "password": "hush", "authSource": "admin"}
    assert access.for_client() == {**signing_in, "tls": True, "tlsCAFile": str(authority)}
    assert "hush" not in repr(access)


def test_without_a_user_the_address_says_it_all() -> None:
    assert read_settings("shoes").mongo_access().for_client() == {}


@pytest.mark.parametrize("name", ["KAFKA_CA_FILE", "KAFKA_CERT_FILE", "KAFKA_KEY_FILE", "MONGO_CA_FILE"])
def test_a_certificate_that_cannot_be_read_stops_the_start(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"SIXSTEPS_{name}", "/nowhere/certificate.pem")
    assert f"SIXSTEPS_{name} is wrong: /nowhere/certificate.pem cannot be read" in sentences(capsys)
