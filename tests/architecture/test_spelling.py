"""British spelling in what we write: prose (comments, docstrings, messages, documents) and the names we define.

Names that belong to others, an HTTP header, a rich style, a library's method, are used, not defined, and so are free.
"""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("services", "shared", "deploy", "tests", "docs", "README.md")
GENERATED = ("shared/events/schemas/", "shared/events/examples/")

AMERICAN = re.compile(
    r"(colou?r(?<=color)|behavior|favor|honor|neighbor|labor|catalog(?!ue)|canceled|canceling|labeled|labeling"
    r"|enroll(?!ed|ing)|enrollment|fulfill(?!ed|ing)|center|centered"
    r"|(?:organ|author|serial|normal|initial|recogn|optim|summar|final|synchron|custom|categor|standard|minim|maxim"
    r"|anonym|pseudonym|prior|real|util|visual|general|emphas|apolog)iz(?:e|es|ed|ing|er|ers|ation|ations|able)"
    r"|analyz(?:e|es|ed|ing|er))s?",
    re.IGNORECASE,
)
HEADERS = {"authorization"}  # FastAPI takes a header's name from its parameter's
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
QUOTED = re.compile(r"```.*?```|`[^`]*`|https?://\S+|Authorization: Bearer", re.DOTALL)


def test_our_words_are_british() -> None:
    found = [f"{path}:{line} {word}" for path in _files() for line, word in _american(path)]
    assert not found, f"{found}: this project spells the British way"


def test_the_list_knows_its_words() -> None:
    american = ["color", "colors", "behavior", "enrollment", "serialize", "Authorization", "analyzed", "center"]
    british = ["colour", "behaviour", "enrolled", "enrolment", "serialise", "size", "realise", "central", "prize"]
    assert [word for word in american if AMERICAN.fullmatch(word)] == american
    assert not [word for word in british if AMERICAN.fullmatch(word)]


def _american(path: Path) -> Iterator[tuple[int, str]]:
    text = (ROOT / path).read_text()
    for line, words in _python_words(text) if path.suffix == ".py" else _document_words(text):
        yield from ((line, word) for word in WORD.findall(words) if AMERICAN.fullmatch(word))


def _document_words(text: str) -> Iterator[tuple[int, str]]:
    """Prose without its quotations: code, names and addresses belong to others."""
    blanked = QUOTED.sub(lambda quote: "\n" * quote[0].count("\n"), text)
    yield from enumerate(blanked.splitlines(), 1)


def _python_words(source: str) -> Iterator[tuple[int, str]]:
    yield from _comments(source)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)) if " " in text.strip():
                yield node.lineno, QUOTED.sub("", text)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) if name not in HEADERS:
                yield node.lineno, name
            case _:
                pass


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], QUOTED.sub("", token.string)


def _files() -> list[Path]:
    """Texts that git knows or would add; this list of wrong words is none of them."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", *FOLDERS]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [
        Path(name)
        for name in names
        if name.endswith((".py", ".md")) and not name.startswith(GENERATED) and Path(name).name != "test_spelling.py"
        if (ROOT / name).exists()
    ]
