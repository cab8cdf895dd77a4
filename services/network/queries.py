"""What people read before they agree: the wordings of the consent."""

from pydantic import BaseModel, ConfigDict

from services.network.domain.wordings import WORDINGS
from shared.chassis.declarations.access import SIGNED_IN
from shared.chassis.declarations.errand import Tools
from shared.chassis.declarations.query import Query
from shared.events.values import Wording


class WordingsQuestion(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wordings(BaseModel):
    """Every version under which consent can be given."""

    wordings: tuple[Wording, ...]


async def wordings(question: WordingsQuestion, tools: Tools) -> Wordings:
    """The wordings of the consent to share, by version."""
    del question, tools
    return Wordings(wordings=tuple(WORDINGS.values()))


WORDINGS_TO_READ = Query(path="sharing-consent-wordings", read_by=SIGNED_IN, question=WordingsQuestion, answer=wordings)
