"""What the exit codes of every command mean."""

from enum import IntEnum


class Exit(IntEnum):
    """One meaning each; also said in the help of `./sixsteps`."""

    FINE = 0
    CHECK_FAILED = 1
    BAD_USAGE = 2
    UNREACHABLE = 3
