"""Every request that a document shows is one that a service answers: operators and newcomers copy them."""

import re
from collections.abc import Iterator

import pytest

from deploy.cli.checkout import ROOT
from deploy.services import NAMES, manifest
from tests.support.explained import explained

FOLDERS = ("docs", "deploy", "services", "shared", "tests")
SHOWN = re.compile(r"`(GET|POST|PUT|DELETE)\s+(/v1/(?:{[^}`]*}|[^`\s{])*)")


def _requests() -> Iterator[tuple[str, str, str]]:
    below = (page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))
    for page in sorted((ROOT / "README.md", *below)):
        for method, path in sorted(set(SHOWN.findall(page.read_text()))):
            yield str(page.relative_to(ROOT)), method, path


def _bare(path: str) -> str:
    """Without the question, and whatever the names in braces are called."""
    return re.sub(r"{[^}]*}", "{}", path.partition("?")[0])


@pytest.fixture(scope="module")
def answered() -> set[tuple[str, str]]:
    """Every method and path that some service answers."""
    return {(method, _bare(path)) for name in NAMES for method, path in explained(manifest(name))}


@pytest.mark.parametrize(("page", "method", "path"), list(_requests()))
def test_a_request_that_is_shown_is_answered(answered: set[tuple[str, str]], page: str, method: str, path: str) -> None:
    assert (method, _bare(path)) in answered, f"{page}: {method} {path}"


def test_a_request_that_nobody_answers_is_found(answered: set[tuple[str, str]]) -> None:
    assert SHOWN.findall("ask `POST\n/v1/messages/{id}:request-again` then") == [
        ("POST", "/v1/messages/{id}:request-again")
    ]
    assert ("POST", "/v1/messages/{}:request-again") not in answered
