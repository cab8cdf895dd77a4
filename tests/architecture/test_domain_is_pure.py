"""What a layer may import, by allow-list: the domain and its neighbours only plain values, no input or output."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLAIN = {
    *("__future__", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "functools"),
    *("hashlib", "itertools", "math", "re", "string", "types", "typing", "zoneinfo"),
}
VALUES = ("pydantic", "shared.chassis.declarations")
WORDS = (*VALUES, "shared.events")

# which files -> which modules beyond the plain standard library
ALLOWED = {
    "services/{service}/domain/**/*.py": (*WORDS, "services.{service}.domain"),
    "services/{service}/policies.py": (*WORDS, "services.{service}.domain", "services.{service}.templates"),
    "services/{service}/policies/**/*.py": (
        *WORDS,
        "services.{service}.domain",
        "services.{service}.policies",
        "services.{service}.templates",
    ),
    "services/{service}/views.py": (*WORDS, "services.{service}.domain"),
    "services/{service}/views/**/*.py": (*WORDS, "services.{service}.domain", "services.{service}.views"),
    "services/{service}/queries.py": (
        *WORDS,
        *("csv", "io"),
        *(f"services.{{service}}.{part}" for part in ("domain", "templates", "views")),
    ),
    "services/{service}/deadlines.py": (*WORDS, "services.{service}.domain"),
    "services/{service}/facts.py": (*WORDS, "services.{service}.domain", "services.{service}.templates"),
    "shared/events/**/*.py": (*WORDS,),
}


@pytest.mark.parametrize("pattern", ALLOWED)
def test_imports_only_what_its_layer_may(pattern: str) -> None:
    strange = [
        f"{path.relative_to(ROOT)} imports {module}"
        for service in _services()
        for path in ROOT.glob(pattern.format(service=service))
        for module in _imports(path)
        if not _may(module, [name.format(service=service) for name in ALLOWED[pattern]])
    ]
    assert not strange, "; ".join(sorted(set(strange)))


def test_the_domain_waits_for_nothing() -> None:
    waiting = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOT.glob("services/*/domain/**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert not waiting, f"{waiting}: what has to be looked up comes with the facts"


def test_no_day_is_read_off_utc() -> None:
    read_off = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ROOT.glob("services/**/*.py")
        for number in _read_off_utc(ast.parse(path.read_text()))
    ]
    assert not read_off, f"{read_off}: a day is the one on the wall, see shared/events/days.py"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("facts.now.date()", [1]),
        ("event.starts_at.date()", [1]),
        ("datetime.combine(day, time(9), UTC)", [1]),
        ("datetime.combine(day, AT, tzinfo=UTC)", [1]),
        ("datetime.combine(day, AT, ZONE).astimezone(UTC)", []),
        ("local_day(facts.now)", []),
        ("believable(moment.date(), now, field)", []),
    ],
)
def test_a_day_that_is_read_off_utc_is_seen(code: str, found: list[int]) -> None:
    assert list(_read_off_utc(ast.parse(code))) == found


def _read_off_utc(tree: ast.AST) -> Iterator[int]:
    """The lines that do so. A day that is only asked whether it can be meant is not told to anybody."""
    match tree:
        case ast.Call(func=ast.Name("believable")):
            return
        case ast.Call(func=ast.Attribute(attr="date"), args=[], keywords=[]):
            yield tree.lineno
        case ast.Call(func=ast.Attribute(attr="combine")) if any(_is_utc(each) for each in ast.walk(tree)):
            yield tree.lineno
    for child in ast.iter_child_nodes(tree):
        yield from _read_off_utc(child)


def _is_utc(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "UTC"


def _services() -> list[str]:
    return [path.name for path in (ROOT / "services").iterdir() if path.is_dir()]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _may(module: str, allowed: list[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in (*PLAIN, *allowed))
