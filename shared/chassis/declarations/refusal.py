"""A refusal: the named reason why a command was turned down."""

import re
from typing import Any, ClassVar, Literal

from typing_extensions import override

Kind = Literal["conflict", "invalid", "missing", "forbidden"]


class Refusal(Exception):
    """No, because … The class's name is the stable code, its docstring the plain sentence.

    `details` go out with the refusal (ids, limits, never personal values); `field` names the field at fault.
    A subclass says by `kind` what sort of no it is, as in `class CodeUnknown(Refusal, kind="invalid")`: a conflict with
    what is (the default), an invalid value, a thing that is not there, or something this person may not do although the
    role may.
    """

    kind: ClassVar[Kind] = "conflict"

    @override
    def __init_subclass__(cls, *, kind: Kind | None = None) -> None:
        super().__init_subclass__()
        if kind is not None:
            cls.kind = kind

    def __init__(self, *, field: str | None = None, **details: Any) -> None:
        super().__init__(self.code())
        self.field = field
        self.details = details

    @classmethod
    def code(cls) -> str:
        """The class's name in snake case, e.g. `no_lead_facilitator`, `not_a_member`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    @classmethod
    def sentence(cls) -> str:
        """The first paragraph of the docstring."""
        return " ".join((cls.__doc__ or cls.__name__).split("\n\n")[0].split())
