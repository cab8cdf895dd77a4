"""Why the embedded stack cannot run, in one sentence for a person."""


class StackProblem(Exception):
    """Something the person at the keyboard can put right; shown without a traceback."""

    exit_code = 3


class StackLate(StackProblem):
    """It may be that nothing is wrong but the time it took: worth a second try."""
