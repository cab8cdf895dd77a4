"""What operators are told when a command could not do its work: an exit code, and a sentence with what to do next."""

from typing import Final

from deploy.cli.codes import Exit
from deploy.ops.archive import NoArchive, NotEmpty
from deploy.ops.drill import StillRunning
from deploy.ops.parked import NoSuchReader
from deploy.ops.rebuild import NoSuchView
from deploy.ops.regions import NotAdded, NotAsked
from shared.chassis.ports import Rejected, Unavailable
from shared.chassis.reading.leases import Leased, LeaseLost
from shared.chassis.reading.reader import Contended
from shared.chassis.reading.replaying import NotNext, NotParked

_WRONGLY_ASKED: Final = (NoSuchReader, NoSuchView, NoArchive, NotEmpty, NotAsked)
_SAID_NO: Final = (NotAdded, StillRunning)
_BUSY: Final = (Leased, LeaseLost, Contended)

EXPECTED: Final = (*_WRONGLY_ASKED, *_SAID_NO, *_BUSY, NotParked, NotNext, Rejected, Unavailable, OSError)
"""What may end a command; anything else is our mistake and is shown with its place."""


def told(failure: Exception) -> tuple[Exit, str]:
    """The code and the sentence for one of EXPECTED. Raises anything else again."""
    match failure:
        case Unavailable():
            sentence = f"Something cannot be reached ({failure}). Is the platform up? ./sixsteps ops status"
            return Exit.UNREACHABLE, sentence
        case OSError():
            where = failure.filename or "This machine"
            return Exit.UNREACHABLE, f"{where} says no: {failure.strerror or failure}."
        case Rejected():
            return Exit.CHECK_FAILED, f"Kafka says no: {failure}. ./sixsteps ops rights says who may do what."
        case NotParked():
            return Exit.CHECK_FAILED, f"Nothing is parked as {failure}. See ./sixsteps ops parked list"
        case NotNext():
            return Exit.CHECK_FAILED, f"Only what holds up its stream can be given up: {failure}."
        case _:
            return _told_in_its_own_words(failure)


def _told_in_its_own_words(failure: Exception) -> tuple[Exit, str]:
    if isinstance(failure, _BUSY):
        return Exit.CHECK_FAILED, "Somebody else is at it. Nothing is broken; try again in a minute."
    if isinstance(failure, _SAID_NO):
        return Exit.CHECK_FAILED, str(failure)
    if isinstance(failure, _WRONGLY_ASKED):
        return Exit.BAD_USAGE, str(failure)
    raise failure
