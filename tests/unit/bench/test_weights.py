"""What is weighed, and what belongs to whom."""

import bson
import pytest

from shared.chassis.commits import JOURNAL
from tests.bench.growth import commits
from tests.bench.weights import kind_of, weighed


def test_all_that_is_kept_is_shared_among_the_events() -> None:
    made = list(commits(0, 4))
    position = {"_id": "reader:stream", "sequence": 1}
    found = weighed({JOURNAL: made, "positions": [position] * 8})
    assert found["weight_events"] == 4
    assert found["weight_journal_bytes"] == pytest.approx(sum(len(bson.encode(one)) for one in made) / 4)
    assert found["weight_positions_bytes"] == len(bson.encode(position))
    assert found["weight_positions_bytes_per_event"] == 2 * len(bson.encode(position))
    assert found["weight_database_bytes_per_event"] == pytest.approx(
        found["weight_journal_bytes"] + found["weight_positions_bytes_per_event"]
    )


def test_a_record_is_its_key_its_value_and_its_headers() -> None:
    found = weighed({JOURNAL: list(commits(0, 1))})
    assert found["weight_record_key_bytes"] == len("home-filled-0")
    parts = [found[f"weight_record_{part}_bytes"] for part in ("key", "value", "headers")]
    assert found["weight_record_bytes"] == sum(parts)


@pytest.mark.parametrize(
    ("collection", "kind"),
    [("journal", "journal"), ("positions", "positions"), ("view_homes", "views"), ("refusals", "rest")],
)
def test_a_collection_is_of_one_kind(collection: str, kind: str) -> None:
    assert kind_of(collection) == kind
