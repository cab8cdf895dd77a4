"""Fills a wording in: subject, plain text and HTML of one message.

A wording may show fields, choose by `if`, and use the filters `day`, `time`, `words`, `choice` and `list`; `faults`
finds whatever else it tries. So a published wording can neither loop, nor reach into Python, nor switch the escaping
of HTML off.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import chain, count, zip_longest
from pathlib import Path
from typing import Any, Literal

import css_inline
import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from services.notifications.domain.template import Fault
from shared.events.notifications import TemplateText
from shared.events.values import Language

HERE = Path(__file__).parent
PARTS = ("subject", "text", "html")

COMPILED_AT_MOST = 256
"""How many sources a process keeps compiled: compiling is most of the work of a message."""

INSTRUCTION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
VEILED = re.compile("\ue000([0-9]+)\ue001")
MOVED_BY_PARSERS = re.compile(r"<(table|select|frameset|template|style|svg|math)\b", re.IGNORECASE)
"""Where a text between elements may not stay where it is."""

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Filter,
)
"""The instructions that a wording may use."""


class NotRenderable(Exception):
    """The wording does not fit the fields: one is missing, or a filter cannot read it."""


@dataclass(frozen=True)
class Rendered:
    """A message as its recipient reads it."""

    subject: str
    text: str
    html: str


def render(wording: TemplateText, fields: Mapping[str, str], because: str) -> Rendered:
    """Fill the wording in; `because` ends the sentence that says why it is sent. Raises NotRenderable."""
    language = wording.language
    told = words(language)["sent_because"].format(because=because)
    try:
        subject = " ".join(_fill(wording.subject, language, fields).split())
        text = _fill(wording.text, language, fields).strip()
        html = _page(wording.html, language)({**fields, "language": language, "subject_": subject, "because_": told})
    except (TemplateError, ValueError, TypeError) as reason:
        raise NotRenderable(type(reason).__name__) from reason
    return Rendered(subject=subject, text=f"{text}\n\n-- \n{told}\n", html=html)


def faults(wording: TemplateText, examples: Mapping[str, str], place: str) -> Iterator[Fault]:
    """Whatever is wrong with a wording: unreadable, not allowed, an unknown field, or it fails with the examples.

    `place` says where the wording stands.
    """
    for part in PARTS:
        yield from _faults_of(getattr(wording, part), wording.language, part, f"{place}.{part}", examples)


def _faults_of(source: str, language: Language, part: str, place: str, examples: Mapping[str, str]) -> list[Fault]:
    try:
        tree = _environment(language, escaping=part == "html").parse(source)
    except TemplateSyntaxError as broken:
        return [Fault(kind="syntax", place=place, about=part, line=broken.lineno)]
    found = [fault for node in _nodes(tree) if (fault := _fault(node, place, examples))]
    if found:
        return found
    try:
        if part == "html":
            _page(source, language)({**examples, "subject_": "", "because_": "", "language": language})
        else:
            _fill(source, language, examples)
    except (TemplateError, ValueError, TypeError) as failed:
        return [Fault(kind="rendering", place=place, about=type(failed).__name__)]
    return []


def _nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _nodes(child)


def _fault(node: nodes.Node, place: str, examples: Mapping[str, str]) -> Fault | None:
    if not isinstance(node, ALLOWED):
        return Fault(kind="instruction", place=place, about=type(node).__name__.lower(), line=node.lineno)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return Fault(kind="instruction", place=place, about=node.name, line=node.lineno)
    if isinstance(node, nodes.Name) and node.name not in examples:
        return Fault(kind="field", place=place, about=node.name, line=node.lineno)
    return None


def _fill(source: str, language: Language, fields: Mapping[str, str]) -> str:
    return _compiled(source, language).render(fields)


@lru_cache(maxsize=COMPILED_AT_MOST)
def _compiled(source: str, language: Language) -> Template:
    return _environment(language, escaping=False).from_string(source)


@lru_cache(maxsize=COMPILED_AT_MOST)
def _page(body: str, language: Language) -> Callable[[Mapping[str, str]], str]:
    """Fills in the whole page around this body. Its styles are worked in once for all messages, where that can be."""
    page = (HERE / "layout.html").read_text(encoding="utf-8").replace("{{ body }}", body)
    environment = _environment(language, escaping=True)
    ready = None if MOVED_BY_PARSERS.search(body) else _inlined(page)
    if ready is not None:
        return environment.from_string(ready).render
    filled = environment.from_string(page).render
    return lambda fields: _inliner().inline(filled(fields))


def _inlined(page: str) -> str | None:
    """The page with its styles at its elements; its instructions are veiled meanwhile. None when one got lost."""
    instructions = INSTRUCTION.findall(page)
    numbers = count()
    veiled = INSTRUCTION.sub(lambda _: f"\ue000{next(numbers)}\ue001", page)
    parts = VEILED.split(_inliner().inline(veiled))
    if [int(number) for number in parts[1::2]] != list(range(len(instructions))):
        return None
    return "".join(chain.from_iterable(zip_longest(parts[::2], instructions, fillvalue="")))


def _day(language: Language, value: str) -> str:
    """`2026-02-10T10:00+00:00` or `2026-02-10` → Tuesday 10 February 2026."""
    moment = datetime.fromisoformat(value)
    told = words(language)
    return f"{told['days'][moment.weekday()]} {moment.day} {told['months'][moment.month - 1]} {moment.year}"


def _time(_language: Language, value: str) -> str:
    """`2026-02-10T10:00+00:00` → 10:00."""
    return f"{datetime.fromisoformat(value):%H:%M}"


def _words(language: Language, value: str) -> str:
    """`missing-date, unclear` → the date is missing and it is not clear enough yet."""
    return _joined(language, value, "and")


def _choice(language: Language, value: str) -> str:
    """`later-cohort, one-to-one` → with a later cohort or one to one with your facilitator."""
    return _joined(language, value, "or")


def _joined(language: Language, value: str, last: Literal["and", "or"]) -> str:
    phrases, between = words(language)["phrases"], str(words(language)[last])
    *others, final = (str(phrases.get(code, code.replace("-", " "))) for code in value.split(", "))
    return between.join([", ".join(others), final]) if others else final


def _list(_language: Language, value: str) -> str:
    """Every line as a point of a list."""
    return "\n".join(f"- {line}" for line in value.split("\n"))


def _elements(_language: Language, value: str) -> Markup:
    """The same in HTML."""
    return Markup("").join(Markup("<li>{}</li>").format(line) for line in value.split("\n"))


FILTERS: Mapping[str, Callable[[Language, str], str]] = {
    "day": _day,
    "time": _time,
    "words": _words,
    "choice": _choice,
    "list": _list,
}
IN_HTML: Mapping[str, Callable[[Language, str], str]] = {**FILTERS, "list": _elements}


@cache
def words(language: Language) -> Mapping[str, Any]:
    """What the filters say in this language."""
    told: Mapping[str, Any] = yaml.safe_load((HERE / "words" / f"{language}.yaml").read_text(encoding="utf-8"))
    return told


@cache
def _environment(language: Language, *, escaping: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=escaping, undefined=StrictUndefined)
    environment.filters = {name: partial(of, language) for name, of in (IN_HTML if escaping else FILTERS).items()}
    environment.globals = {}
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
