"""Every service has the same shape, every file says what it is, none grows past what one can hold in mind.

A deviation is possible, but only in the open: by editing the lists below.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("services", "shared", "deploy", "tests")

SERVICES = ("enrolment", "portfolio", "network", "notifications")
REQUIRED = ("README.md", "__init__.py", "service.py", "domain", "deadlines.py", "facts.py")
EITHER = (("policies.py", "policies"), ("views.py", "views"))
ALSO_ALLOWED = ("queries.py", "queries", "errands.py", "gateways", "templates", "programmes")
DATA = (".yaml", ".json")

MEANINGLESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
ROOT_HOLDS = {
    *(".ci", ".dockerignore", ".env.example", ".gitignore", ".importlinter"),
    *("README.md", "docker-compose.yml", "pyproject.toml", "requirements.lock", "sixsteps"),
    *(*CODE, "docs"),
}
LARGEST_BYTES = 300_000
LONGEST = 300
LONGEST_FUNCTION = 30
ONE_MATCH = {"decide", "evolve"}
"""What is one match over every command or event, read from top to bottom."""
MAY_SLEEP = {
    "tests/support/eventually.py",
    "tests/support/ports/faults.py",
    "tests/unit/notifications/gateways/test_smtp.py",
}
"""Where all wait; and what stands for something slow: a call that hangs, a mail server."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_parts_every_service_has(service: str) -> None:
    folder = ROOT / "services" / service
    missing = [name for name in REQUIRED if not (folder / name).exists()]
    missing += [" or ".join(names) for names in EITHER if not any((folder / name).exists() for name in names)]
    assert not missing, f"services/{service} lacks {', '.join(missing)}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_part_of_its_own_invention(service: str) -> None:
    folder = ROOT / "services" / service
    known = {*REQUIRED, *ALSO_ALLOWED, *(name for names in EITHER for name in names), "__pycache__"}
    strange = [path.name for path in folder.glob("*") if path.name not in known and path.suffix not in DATA]
    assert not strange, f"services/{service} has {', '.join(strange)}; see services/README.md for where it goes"


def test_there_are_four_services() -> None:
    found = {path.name for path in (ROOT / "services").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found <= set(SERVICES), f"unknown: {found - set(SERVICES)}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_read_from_its_manifest_not_its_package(service: str) -> None:
    package = ROOT / "services" / service / "__init__.py"
    assert not package.exists() or not package.read_text().strip(), f"{package}: must be empty"


def test_a_name_says_what_a_file_is_about() -> None:
    vague = [str(path) for path in _python(*CODE) if MEANINGLESS & set(re.split(r"[_\W]", path.stem))]
    assert not vague, f"{vague}: name the idea, not the drawer"


def test_the_root_holds_only_what_belongs_there() -> None:
    strange = {path.parts[0] for path in _files(".")} - ROOT_HOLDS
    assert not strange, f'{strange}: see "Where things live" in README.md; what a tool left behind is not committed'


def test_no_file_is_larger_than_what_somebody_wrote() -> None:
    large = {str(path): size for path in _files(".") if (size := (ROOT / path).stat().st_size) > LARGEST_BYTES}
    assert not large, f"{large}: bytes; what is fetched or made is not committed"


def test_no_file_holds_more_than_one_can_read() -> None:
    long = {str(path): n for path in _python(*CODE) if (n := _lines(path)) > LONGEST}
    assert not long, f"{long}: longer than {LONGEST} lines; split by meaning"


def test_no_function_is_longer_than_one_can_follow() -> None:
    functions = [(path, each) for path in _python(*CODE) for each in _functions(path)]
    long = [f"{path}: {each.name}" for path, each in functions if _height(each) > LONGEST_FUNCTION]
    assert not [each for each in long if each.rpartition(" ")[2] not in ONE_MATCH], f"{long}: name the steps"


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (each for each in ast.walk(_tree(path)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def _height(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_a_module_says_what_it_is() -> None:
    silent = [
        str(path)
        for path in _python("services", "shared", "deploy")
        if path.name != "__init__.py" and not ast.get_docstring(_tree(path))
    ]
    assert not silent, f"{silent}: no docstring"


def test_a_silenced_check_is_named() -> None:
    silenced = re.compile(r"#\s*(type:\s*ignore|(ruff:\s*)?noqa)")
    named = re.compile(r"# type: ignore\[[\w, -]+\]  # \w|# (ruff: )?noqa: [A-Z0-9]+(, [A-Z0-9]+)* - \w")
    found = [f"{path}:{n}" for path, n, line in _code_lines() if silenced.search(line) and not named.search(line)]
    assert not found, f"{found}: name the check that is silenced, and why"


def test_a_test_waits_for_a_condition_and_does_not_sleep() -> None:
    rings = [f"tests/{ring}" for ring in ("unit", "contracts", "architecture", "integration", "acceptance", "support")]
    slept = {str(path) for path in _python(*rings) if any(map(_sleeps, ast.walk(_tree(path))))}
    assert not slept - MAY_SLEEP, f"{slept - MAY_SLEEP}: wait by tests/support/eventually.py"


def _sleeps(node: ast.AST) -> bool:
    """Whether it lets time pass; to sleep for no time only lets the others have a go."""
    if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("asyncio.sleep", "time.sleep")):
        return False
    return ast.unparse(node.args[0]) != "0"


def _code_lines() -> Iterator[tuple[Path, int, str]]:
    for path in _python(*CODE):
        if path.name != Path(__file__).name:
            for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
                yield path, number, line


def _lines(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def _python(*folders: str) -> list[Path]:
    return [path for path in _files(*folders) if path.suffix == ".py"]


def _files(*folders: str) -> list[Path]:
    """Files of the checkout that git knows or would add."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", *folders]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [Path(name) for name in names if name and (ROOT / name).exists()]
