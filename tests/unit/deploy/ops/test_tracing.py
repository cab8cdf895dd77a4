"""Following a request: who asked is told without a name; what led to something comes before it."""

from datetime import UTC, datetime

from deploy.ops.tracing import TracedStep, asked_by, in_order

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def step(after: str | None, *events: str) -> TracedStep:
    return TracedStep(AT, "shoes", "commit", "s:1", "x", after, [], list(events), relayed=True)


def test_who_asked_is_told_without_a_name() -> None:
    assert asked_by("http:ann.lee:POST /v1/cohorts/c-1:open:key-1") == "POST /v1/cohorts/c-1:open"
    assert asked_by("http:ann.lee:POST /v1/cohorts:key-1") == "POST /v1/cohorts"
    assert asked_by("event:0192:open_portfolio:x") == "reaction open_portfolio:x"
    assert asked_by("deadline:expire-offer:o-1:2026-01-01") == "deadline expire-offer"


def test_at_the_same_moment_what_led_to_something_comes_before_it() -> None:
    third, second, first = step("e2"), step("e1", "e2"), step("request", "e1")
    assert in_order([third, second, first]) == [first, second, third]
