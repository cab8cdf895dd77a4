"""One page of something that comes in pages: the words that may be asked with, and the answer with its link."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from shared.chassis.http import answers
from shared.chassis.http.fields import unknown_parameters
from shared.chassis.http.problems import Problem

MAX_LIMIT: Final = 200
USUAL_LIMIT: Final = 50


def paging(request: Request, *names: str) -> Mapping[str, str]:
    """The parameters: `limit`, `cursor` and these. Raises Problem 422 for another one, or one that is there twice."""
    words = request.query_params
    unknown = sorted(words.keys() - {"limit", "cursor", *names})
    if unknown:
        raise unknown_parameters(unknown)
    repeated = sorted(name for name in words if len(words.getlist(name)) > 1)
    if repeated:
        raise Problem(422, "repeated_parameter", "Name each parameter once.", details={"names": repeated})
    return words


def limit_of(word: str | None) -> int:
    """How many a page may have. Raises Problem 422."""
    if word is None:
        return USUAL_LIMIT
    if not (word.isascii() and word.isdigit() and len(word) < 4 and 1 <= int(word) <= MAX_LIMIT):  # noqa: PLR2004 - so many digits are enough
        raise Problem(422, "invalid_limit", f"The limit is a number from 1 to {MAX_LIMIT}.")
    return int(word)


def page_of(
    request: Request, items: Sequence[Any], following: str | None, headers: Mapping[str, str] | None = None
) -> Response:
    """The page; `following` is the cursor of the next one, or None when this is the last."""
    link = {}
    if following is not None:
        words = [(name, word) for name, word in request.query_params.multi_items() if name != "cursor"]
        link = {"Link": f'<{request.url.path}?{urlencode([*words, ("cursor", following)])}>; rel="next"'}
    return answers.json({"items": items, "next": following}, headers={**link, **(headers or {})})
