"""What a deployment may say: the chart's schema knows every value, and refuses a slip of the pen.

Helm holds values against the same schema when it lints, renders or installs.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from ipaddress import ip_network
from typing import Any

import jsonschema_rs
import pytest
import yaml

from deploy.services import NAMES
from tests.support.chart import CHART, ON_A_CLUSTER, SETS, of, values

SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
VALID = jsonschema_rs.validator_for(SCHEMA)
OF_OTHERS = {"annotations", "namespaceSelector", "podSelector", "ipBlock"}
"""Where Kubernetes or a controller says what may stand there."""


def _objects(found: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where in these values an object lies whose names are ours."""
    if isinstance(found, dict):
        yield path
        for name in found.keys() - OF_OTHERS:
            yield from _objects(found[name], *path, name)
    if isinstance(found, list):
        for at, each in enumerate(found):
            yield from _objects(each, *path, at)


def _with(size: str, *path: str | int, value: Any) -> Any:
    """The values of a size, with another one at this place."""
    said: Any = deepcopy(values(size))
    *way, last = path
    at = said
    for step in way:
        at = at[step]
    at[last] = value
    return said


@pytest.mark.parametrize("size", SETS)
def test_a_deployment_may_say_what_each_size_says(size: str) -> None:
    assert [str(each) for each in VALID.iter_errors(values(size))] == []


def test_the_chart_by_itself_lacks_what_differs_between_deployments() -> None:
    chart = yaml.safe_load((CHART / "values.yaml").read_text())
    lacking = {".".join(map(str, each.instance_path)) for each in VALID.iter_errors(chart)}
    assert {"image.repository", "image.tag", "deployment", "issuers", "kafka.addresses", "mail.host"} <= lacking


@pytest.mark.parametrize("size", SETS)
def test_a_name_that_nobody_reads_is_refused_wherever_it_stands(size: str) -> None:
    places = list(_objects(values(size)))
    assert ("keda",) in places
    assert ("services", "enrolment") in places
    for place in places:
        assert not VALID.is_valid(_with(size, *place, "enable", value=False)), place


def test_the_services_are_those_that_there_are() -> None:
    assert set(SCHEMA["properties"]["services"]["propertyNames"]["enum"]) == set(NAMES)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("trustedProxies",), []),
        (("trustedProxies",), ["ingress-nginx"]),
        (("ingress", "host"), ""),
        (("ingress", "annotations", "nginx.ingress.kubernetes.io/proxy-body-size"), 11),
        (("tls", "secret"), ""),
        (("mail", "tls"), "tls"),
        (("networkPolicy", "clients"), [{}]),
        (("networkPolicy", "mongo", "ports"), []),
    ],
)
def test_what_could_not_work_or_would_let_everybody_in_is_refused(path: tuple[str, ...], value: Any) -> None:
    assert not VALID.is_valid(_with("country", *path, value=value))


@pytest.mark.parametrize("tls", ["none", "starttls", "implicit"])
def test_the_mail_server_is_spoken_to_as_notifications_can(tls: str) -> None:
    assert VALID.is_valid(_with("country", "mail", "tls", value=tls))


@pytest.mark.parametrize("size", ON_A_CLUSTER)
def test_an_api_behind_an_ingress_knows_whose_word_it_takes_for_who_asks(size: str) -> None:
    assert of(size, "Ingress")
    for name in NAMES:
        (container,) = of(size, "Deployment")[f"{name}-api"]["spec"]["template"]["spec"]["containers"]
        (told,) = [each["value"] for each in container["env"] if each["name"] == "SIXSTEPS_TRUSTED_PROXIES"]
        assert told.split(",") == values(size)["trustedProxies"]
        assert all(ip_network(each).num_addresses for each in told.split(","))


def test_a_service_shows_broker_and_database_its_certificate_where_they_want_it() -> None:
    for each in of("country", "Deployment").values():
        pod = each["spec"]["template"]["spec"]
        told = {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}
        assert told["SIXSTEPS_KAFKA_CERT_FILE"] == "/tls/tls.crt"
        assert told["SIXSTEPS_KAFKA_KEY_FILE"] == "/tls/tls.key"
        assert told["SIXSTEPS_MONGO_CERT_FILE"] == "/tls/tls-combined.pem"
        assert {"name": "tls", "mountPath": "/tls", "readOnly": True} in pod["containers"][0]["volumeMounts"]
