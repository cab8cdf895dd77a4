"""An event: a fact in the past tense, part of the published language.

Every event class lives with the service that publishes it: in `events/<service>.py`, or anywhere in a folder
`events/<service>/`. That name is the publishing service, the class's name is the event's name; together with `version`
they make the type that travels on the wire, `sixsteps.<service>.<EventName>.v<version>`.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

NAMESPACE = "sixsteps"
EVENTS = "events"

type_of_data = dict[str, Any]


class Event(BaseModel):
    """What happened. Immutable; fields nobody knows are ignored on reading, so that a publisher may add some.

    `private` events stay off the topic and carry no sequence number. `upcasts` turns the data of version n into
    version n + 1, for events that were stored before the class changed.

    While a new version is rolled out, processes that do not know it yet read beside those that do: until the last of
    them is gone the new code writes the version before it (`written_as`, made by `downcast` from today's data).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: ClassVar[int] = 1
    private: ClassVar[bool] = False
    upcasts: ClassVar[Mapping[int, Callable[[type_of_data], type_of_data]]] = {}
    written_as: ClassVar[int | None] = None
    downcast: ClassVar[Callable[[type_of_data], type_of_data]] = dict

    @classmethod
    def service(cls) -> str:
        """The name of the service that publishes it: what stands below `events`, else the module's own name."""
        *folders, module = cls.__module__.split(".")
        return [*folders, module][folders.index(EVENTS) + 1] if EVENTS in folders else module

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents `type`, e.g. `sixsteps.enrolment.WorkshopAttended.v1`."""
        return cls._named(cls.version)

    def written(self) -> tuple[str, type_of_data]:
        """Type and data as they are stored and sent."""
        data = self.model_dump(mode="json")
        if self.written_as is None:
            return self.type_name(), data
        return self._named(self.written_as), type(self).downcast(data)

    @classmethod
    def _named(cls, version: int) -> str:
        return f"{NAMESPACE}.{cls.service()}.{cls.__name__}.v{version}"
