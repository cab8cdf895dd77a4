from typing import Any

import pytest

from services.notifications.templates.notices import NOTICES, examples_for
from services.notifications.templates.rendering import NotRenderable, render
from services.notifications.templates.wording import packaged
from shared.events.notifications import TemplateText

FIELDS = {"name": "Ann", "language": "en", "home_name": "Bryn House"}


def text(**changes: Any):
    told = {"language": "en", "subject": "Hello {{ name }}", "text": "Hello {{ name }}", "html": "<p>{{ name }}</p>"}
    return TemplateText(**{**told, **changes})


@pytest.mark.parametrize("key", packaged())
def test_every_packaged_wording_greets_its_reader_and_says_why_it_is_sent(key: Any):
    rule = next(rule for rule in NOTICES.values() if rule.template == key)
    examples = examples_for(key)
    assert examples is not None
    rendered = render(packaged()[key][-1].texts[0], examples, rule.because["en"])
    assert "Hello Alex Example" in rendered.text
    assert "Hello Alex Example" in rendered.html
    assert f"You were sent this because {rule.because['en']}." in rendered.text
    assert rule.because["en"].split("'")[0] in rendered.html
    assert not any(mark in rendered.subject + rendered.text + rendered.html for mark in ("{{", "{%", "None"))


@pytest.mark.parametrize("key", packaged())
def test_every_packaged_wording_can_be_read_aloud_and_follows_nobody(key: Any):
    examples = examples_for(key)
    assert examples is not None
    rendered = render(packaged()[key][-1].texts[0], examples, "so")
    assert '<html lang="en"' in rendered.html
    assert "<title>" in rendered.html
    assert rendered.html.count("<h1") == 1
    assert not any(mark in rendered.html for mark in ("<img", "http://", "https://", "<script"))


def test_fields_are_escaped_in_html_and_nowhere_else():
    rendered = render(text(), {**FIELDS, "name": "<b>O'Neil & Co</b>"}, "x < y")
    assert (
        "&lt;b&gt;O&#39;Neil &amp; Co&lt;/b&gt;" in rendered.html
        or "&lt;b&gt;O'Neil &amp; Co&lt;/b&gt;" in rendered.html
    )
    assert "<b>" not in rendered.html
    assert "x &lt; y" in rendered.html
    assert rendered.subject == "Hello <b>O'Neil & Co</b>"


def test_a_field_is_never_read_as_a_wording():
    rendered = render(text(), {**FIELDS, "name": "{{ home_name }}"}, "so")
    assert "{{ home_name }}" in rendered.text


def test_a_subject_is_one_line():
    assert (
        render(text(), {**FIELDS, "name": "Ann\r\nBcc: all@example.org"}, "so").subject
        == "Hello Ann Bcc: all@example.org"
    )


def test_styles_stand_at_the_elements():
    assert "<p style=" in render(text(), FIELDS, "so").html


@pytest.mark.parametrize("source", ["{{ nobody_gives_this }}", "{{ name|day }}", "{{ name"])
def test_a_wording_that_does_not_fit_the_fields_cannot_be_rendered(source: Any):
    with pytest.raises(NotRenderable):
        render(text(text=source), FIELDS, "so")


def test_a_wording_cannot_reach_into_python():
    with pytest.raises(NotRenderable):
        render(text(text="{{ name.__class__.__mro__[1].__subclasses__() }}"), FIELDS, "so")


def test_days_times_and_codes_are_told_in_words():
    source = "{{ at|day }}; {{ at|time }}; {{ on|day }}; {{ code|words }}; {{ other|words }}"
    fields = {
        **FIELDS,
        "at": "2026-07-12T10:05+01:00",
        "on": "2026-01-01",
        "code": "missing-date, unclear",
        "other": "a-b",
    }
    told = render(text(text=source), fields, "so").text
    expected = (
        "Sunday 12 July 2026; 10:05; Thursday 1 January 2026; the date is missing and it is not clear enough yet; a b"
    )
    assert told.startswith(expected)


@pytest.mark.parametrize(
    ("language", "codes", "told"),
    [
        ("en", "name", "your name|your name"),
        ("en", "name, phone", "your name and your phone number|your name or your phone number"),
        (
            "en",
            "name, area, phone",
            "your name, your area and your phone number|your name, your area or",
        ),
        ("cy", "name, phone", "eich enw, eich rhif ffôn|eich enw, eich rhif ffôn"),
    ],
)
def test_several_things_are_told_as_people_tell_them(language: Any, codes: str, told: str):
    wording = text(text="{{ codes|words }}|{{ codes|choice }}").model_copy(update={"language": language})
    assert render(wording, {**FIELDS, "codes": codes}, "so").text.startswith(told)


def test_the_styles_are_at_their_elements_and_no_instruction_moves():
    wording = TemplateText(
        language="en",
        subject="s",
        text="t",
        html='<p class="{{ name }}">{% if home %}<b>{{ home }}</b>{% endif %}</p><ul>{{ lines|list }}</ul>',
    )
    told = {"name": "a&b", "home": "<Bryn>", "lines": "one\n<two>"}
    page = render(wording, told, "so").html
    assert "<b>&lt;Bryn&gt;</b>" in page
    assert page.count("<li") == 2
    assert "&lt;two&gt;" in page
    assert 'class="a&amp;b" style="font-family' in page
    assert "{{" not in page + render(wording, {**told, "home": ""}, "so").html


def test_a_table_is_filled_in_before_it_is_read():
    rows = "<table>{% if home %}<tr><td>{{ home }}</td></tr>{% endif %}</table>"
    wording = TemplateText(language="en", subject="s", text="t", html=rows)
    assert "<tr><td>Bryn</td></tr></tbody></table>" in render(wording, {"home": "Bryn"}, "so").html
