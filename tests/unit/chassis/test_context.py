"""What work belongs to is known inside and forgotten outside; traces are continued as W3C says."""

import re

import pytest

from shared.chassis.context import Context, continued, current, working_for

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def test_it_is_known_inside_and_forgotten_outside() -> None:
    with working_for(Context("outer")):
        with working_for(Context("inner")):
            assert current() == Context("inner")
        assert current() == Context("outer")
    assert current() is None


def test_a_trace_goes_on_in_a_new_span_with_its_flags() -> None:
    version, trace, span, flags = continued(PARENT).split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "00")
    assert span != "b7ad6b7169203331"


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "nonsense",
        PARENT.upper(),
        PARENT + "-x",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        PARENT.replace("00-0", "ff-0"),
    ],
)
def test_what_cannot_be_read_begins_a_new_trace(given: str | None) -> None:
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", continued(given))
    assert "0af7651916cd43dd8448eb211c80319c" not in continued(given)
