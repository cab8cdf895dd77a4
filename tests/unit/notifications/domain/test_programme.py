"""What messages know of a programme version."""

from services.notifications.domain.programme import LearnTitles
from services.notifications.service import PROGRAMMES
from shared.events.notifications import TitlesLearned
from tests.support.scenario import Scenario

programme = Scenario(PROGRAMMES)
TITLES = {"S1-statement": "Statement of intent"}
LEARNED = TitlesLearned(programme_id="version-1", titles=TITLES)


def test_the_titles_of_a_version_are_learned_once():
    learn = LearnTitles(programme_id="version-1", titles=TITLES)
    assert programme.when(learn).then(LEARNED).state.titles == TITLES
    programme.given(LEARNED).when(learn).then_nothing()


def test_titles_that_were_learned_stay_as_they_were():
    programme.given(LEARNED).when(
        LearnTitles(programme_id="version-1", titles={"S1-statement": "Other"})
    ).then_nothing()


def test_a_version_without_titles_has_nothing_to_learn():
    programme.when(LearnTitles(programme_id="version-2", titles={})).then_nothing()
