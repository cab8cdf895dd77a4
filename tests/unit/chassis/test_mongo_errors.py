"""What a database's errors mean for us."""

from typing import Any

import pytest
from pymongo.errors import OperationFailure

from shared.chassis.drivers.mongo_errors import CONFLICT, positions, translated
from shared.chassis.drivers.mongo_store import MongoStore
from shared.chassis.ports import Unavailable


def test_a_failure_without_a_code_may_pass_and_nobody_knows_what_it_did() -> None:
    assert isinstance(translated(OperationFailure("Unknown error: null", None)), Unavailable)
    with pytest.raises(Unavailable):
        positions({"writeErrors": [{"index": 0}]})


def test_a_failure_with_a_code_that_does_not_pass_is_a_fault_of_ours() -> None:
    failure = OperationFailure("unknown operator", 2)
    assert translated(failure) is failure


class Contended:
    """A collection in which somebody else is at the same document in this very moment."""

    async def update_one(self, *_: Any) -> None:
        raise OperationFailure("write conflict", CONFLICT)


async def test_of_racers_that_meet_at_one_document_one_is_told_that_it_lost() -> None:
    assert not await MongoStore({"shop": {"rows": Contended()}}, "shop").claim("rows", "a", {}, {"mark": "mine"})
