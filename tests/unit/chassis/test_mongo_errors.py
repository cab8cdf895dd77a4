"""What a database's errors mean for us."""

import pytest
from pymongo.errors import OperationFailure

from shared.chassis.drivers.mongo_errors import positions, translated
from shared.chassis.ports import Unavailable


def test_a_failure_without_a_code_may_pass_and_nobody_knows_what_it_did() -> None:
    assert isinstance(translated(OperationFailure("Unknown error: null", None)), Unavailable)
    with pytest.raises(Unavailable):
        positions({"writeErrors": [{"index": 0}]})


def test_a_failure_with_a_code_that_does_not_pass_is_a_fault_of_ours() -> None:
    failure = OperationFailure("unknown operator", 2)
    assert translated(failure) is failure
