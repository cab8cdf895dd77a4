"""Why a command could not do its work: a code and a sentence for everything that is expected, never a traceback."""

import pytest

from deploy.cli.codes import Exit
from deploy.ops.archive import NoArchive
from deploy.ops.drill import StillRunning
from deploy.ops.failures import EXPECTED, told
from deploy.ops.parked import NoSuchReader
from deploy.ops.regions import NotAdded, NotAsked
from shared.chassis.ports import Rejected, Unavailable
from shared.chassis.reading.leases import Leased
from shared.chassis.reading.replaying import NotNext, NotParked


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (Unavailable("Kafka: NoBrokersAvailable"), Exit.UNREACHABLE, "ops status"),
        (PermissionError(13, "Permission denied", "/backups"), Exit.UNREACHABLE, "/backups says no: Permission denied"),
        (ConnectionResetError(104, "Connection reset"), Exit.UNREACHABLE, "This machine says no: Connection reset"),
        (Rejected("SecurityDisabledError"), Exit.CHECK_FAILED, "Kafka says no: SecurityDisabledError"),
        (NotParked("views|a|1"), Exit.CHECK_FAILED, "Nothing is parked as views|a|1"),
        (NotNext("a: 2 comes first"), Exit.CHECK_FAILED, "2 comes first"),
        (Leased(), Exit.CHECK_FAILED, "try again in a minute"),
        (StillRunning("network still answers"), Exit.CHECK_FAILED, "network still answers"),
        (NotAdded("no"), Exit.CHECK_FAILED, "no"),
        (NotAsked("no region"), Exit.BAD_USAGE, "no region"),
        (NoArchive("empty"), Exit.BAD_USAGE, "empty"),
        (NoSuchReader("nobody"), Exit.BAD_USAGE, "nobody"),
    ],
)
def test_every_expected_failure_has_its_code_and_its_sentence(failure: Exception, code: Exit, words: str) -> None:
    assert isinstance(failure, EXPECTED)
    found, sentence = told(failure)
    assert (found, words in sentence) == (code, True), sentence


def test_nothing_that_is_expected_goes_untold() -> None:
    for kind in EXPECTED:
        assert told(kind("x"))[1], kind.__name__


def test_our_own_mistakes_are_not_told_as_somebody_elses() -> None:
    with pytest.raises(KeyError):
        told(KeyError("x"))
