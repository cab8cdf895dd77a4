"""A template: a region's own wording of a message."""

from shared.chassis.declarations.event import Event
from shared.events.values import Language, Value


class TemplateText(Value):
    """The wording of a template in one language: Jinja sources of subject, plain text and HTML."""

    language: Language
    subject: str
    text: str
    html: str


class TemplatePublished(Event):
    """A region gave a message its own wording; this number of it never changes. Caused always by PublishTemplate."""

    template_id: str
    key: str
    number: int
    texts: tuple[TemplateText, ...]
