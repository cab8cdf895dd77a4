from typing import Any

import pytest

from services.notifications.domain.template import Edition, Template
from services.notifications.templates.wording import NoWording, packaged, wording
from shared.chassis.declarations.facts import S
from shared.events.notifications import TemplateText


def text(language: Any, subject: Any):
    return TemplateText(language=language, subject=subject, text="t", html="h")


OWN = Template(
    key="welcome",
    editions=(
        Edition(number=1, texts=(text("en", "First"),)),
        Edition(number=2, texts=(text("en", "Second"), text("cy", "Ail"))),
    ),
)


async def look(state: type[S], thing_id: str) -> S | None:
    return OWN if thing_id == "own" and isinstance(OWN, state) else None


async def test_without_a_published_wording_the_packaged_one_serves():
    chosen = await wording("welcome", "none", "en", look)
    assert (chosen.origin, chosen.number) == ("packaged", 1)
    assert chosen.text == packaged()["welcome"][-1].texts[0]


async def test_the_newest_published_wording_comes_before_the_packaged_one():
    chosen = await wording("welcome", "own", "en", look)
    assert (chosen.origin, chosen.number, chosen.text.subject) == ("published", 2, "Second")


async def test_a_reader_gets_their_language_and_english_where_there_is_none():
    assert (await wording("welcome", "own", "cy", look)).text.subject == "Ail"
    assert (await wording("welcome", "own", "cy", look, number=1)).text.subject == "First"


@pytest.mark.parametrize(("key", "number"), [("no-such-key", None), ("welcome", 9)])
async def test_a_wording_that_does_not_exist_is_not_made_up(key: Any, number: Any):
    with pytest.raises(NoWording):
        await wording(key, None, "en", look, number)
