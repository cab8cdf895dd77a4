"""Log lines are JSON, carry the correlation id, and name nobody."""

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import structlog

from shared.chassis.context import Context, working_for
from shared.chassis.logs import BLOT, library_logger, start_logging, tell_forgotten

NAME = "Ada Lovelace"
REQUEST = Context("corr-1", "request-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")


@pytest.fixture
async def telling_loop() -> AsyncIterator[None]:
    """Let the loop, which is that of all tests, tell for a while what nobody waited for."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(tell_forgotten)
    yield
    loop.set_exception_handler(before)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()  # noqa: TID251 - to put it back as it was
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


class Lines:
    """Logging that starts when the test does: what is captured is made anew for each phase."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def start(self) -> None:
        start_logging("shoes")

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return Lines(capsys)


def test_a_line_is_json_and_says_which_service_speaks(lines: Lines) -> None:
    lines.start()
    structlog.get_logger("shoes.orders").info("order_taken", orders=3)
    (line,) = lines.told()
    assert (line["event"], line["service"], line["level"], line["orders"]) == ("order_taken", "shoes", "info", 3)
    assert line["timestamp"].endswith("Z")


async def test_a_line_carries_the_correlation_id_through_tasks(lines: Lines) -> None:
    lines.start()

    async def work() -> None:
        structlog.get_logger().info("worked")

    with working_for(REQUEST):
        await asyncio.create_task(work())
    structlog.get_logger().info("outside")
    inside, outside = lines.told()
    assert (inside["correlation_id"], inside["causation_id"]) == ("corr-1", "request-1")
    assert inside["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert "correlation_id" not in outside


def test_libraries_speak_the_same_way(lines: Lines) -> None:
    lines.start()
    with working_for(REQUEST):
        library_logger("kafka").warning("the group %s moved", "g")
    library_logger("kafka").info("not worth a line")
    (line,) = lines.told()
    assert (line["event"], line["correlation_id"], line["service"]) == ("the group g moved", "corr-1", "shoes")


def test_what_a_library_only_mentions_is_not_told(lines: Lines) -> None:
    lines.start()
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200))) as client:
        client.post("https://hooks.example/of-somebody?token=secret")
    logging.getLogger("httpx2").warning("it does not answer")  # noqa: TID251 - as the library does
    assert [line["event"] for line in lines.told()] == ["it does not answer"]


def test_what_could_name_somebody_is_blotted_out_wherever_it_is(lines: Lines) -> None:
    lines.start()
    structlog.get_logger().info("sent", email="a@b", rows=[{"card": {"x": 1}, "deep": {"phone": "0"}}], size=1)
    (line,) = lines.told()
    assert line["email"] == BLOT
    assert line["rows"] == [{"card": BLOT, "deep": {"phone": BLOT}}]
    assert line["size"] == 1


def test_a_library_that_says_the_same_again_and_again_is_heard_once(lines: Lines) -> None:
    lines.start()
    for node in (1, 1, 2):
        logging.getLogger("aiokafka.conn").error("Unable to connect to %s", node)  # noqa: TID251 - as aiokafka does
    assert [line["event"] for line in lines.told()] == ["Unable to connect to 1", "Unable to connect to 2"]


def broken_batch() -> None:
    try:
        json.loads(NAME)
    except json.JSONDecodeError as unreadable:
        raise ValueError(f"{NAME} does not fit") from unreadable


def test_a_failure_is_told_by_class_and_place_and_never_by_its_words(lines: Lines) -> None:
    lines.start()
    try:
        broken_batch()
    except ValueError as failure:
        structlog.get_logger().warning("batch_failed", exc_info=failure)
        library_logger("kafka").exception("the batch failed")
    ours, theirs = lines.told()
    assert ours["exception"] == theirs["exception"] == "ValueError from JSONDecodeError"
    assert any("broken_batch" in place for place in ours["where"])
    assert NAME not in str((ours, theirs))


@pytest.mark.usefixtures("telling_loop")
async def test_a_failure_that_nobody_waits_for_is_told_without_its_words(lines: Lines) -> None:
    lines.start()

    async def fail() -> None:
        raise ValueError(NAME)

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    gc.collect()
    (line,) = lines.told()
    assert (line["event"], line["exception"]) == ("failure_forgotten", "ValueError")
    assert NAME not in str(line)
