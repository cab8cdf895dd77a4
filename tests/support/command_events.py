"""What commands really made, noted down as the tests run, held against what the events' docstrings say.

`always`: whenever the command made anything, this event was among it. `sometimes`: it was at least once. Every command
that makes an event is named by it. The table itself stands in the services' READMEs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from deploy.contracts.causes import causes
from deploy.contracts.language import Language, declared_events
from shared.chassis.declarations.event import Event


@dataclass
class Made:
    """Per command (service and class name): how often it made anything, and how often each event, by its name."""

    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, service: str, command: str, names: Iterable[str]) -> None:
        """One run of a command. A run that made nothing says nothing about what follows when it does."""
        made = set(names)
        if made:
            self.times[service, command] += 1
            self.events[service, command].update(made)

    def contradictions(self, language: Language) -> Iterator[str]:
        """Where a run made something that the table does not say, or did not make what it says."""
        told = _told(language)
        for (service, command), counted in sorted(self.events.items()):
            unnamed = (name for name in sorted(counted) if command not in told.get((service, name), {}))
            yield from (f"{command} made {name}, which does not name it" for name in unnamed)
        for (service, name), named in sorted(told.items()):
            for command in (command for command, often in named.items() if often == "always"):
                times, count = self.times[service, command], self.events[service, command][name]
                if count < times:
                    yield f"{name} says always by {command}, but {times - count} of {times} runs did not make it"

    def unseen(self, language: Language) -> Iterator[str]:
        """The events that no run of a command that they name made."""
        for (service, name), named in sorted(_told(language).items()):
            if not any(self.events[service, command][name] for command in named):
                yield name


MADE = Made()
"""Of this run: `Scenario` and whatever else asks rules directly writes here."""


def note(command: object, events: Iterable[Event]) -> None:
    """Write one run of a command down, if it is a command of a service."""
    layer, _, rest = type(command).__module__.partition(".")
    if layer == "services":
        MADE.note(rest.partition(".")[0], type(command).__name__, [type(event).__name__ for event in events])


def _told(language: Language) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """By service and event, what its docstring says: which command causes it, and how often. Private events too."""
    return {
        (service.name, event.__name__): causes(event)
        for service in language.services
        for event in declared_events(service.name)
    }
