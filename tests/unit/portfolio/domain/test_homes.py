"""What portfolio remembers of a home as such."""

from services.portfolio.domain.homes import NoteHome
from services.portfolio.service import HOMES
from shared.events.portfolio import HomeNoted
from tests.support.scenario import Scenario

home = Scenario(HOMES)
NOTED = HomeNoted(home_id="home-1", place="Preston")


def test_a_home_s_place_is_noted_once() -> None:
    home.when(NoteHome(home_id="home-1", place="Preston")).then(NOTED)
    home.given(NOTED).when(NoteHome(home_id="home-1", place="Preston")).then_nothing()


def test_a_home_without_a_place_is_noted_too() -> None:
    home.when(NoteHome(home_id="home-1", place=None)).then(HomeNoted(home_id="home-1", place=None))


def test_a_home_that_moved_is_noted_anew() -> None:
    moved = HomeNoted(home_id="home-1", place="Lancaster")
    answer = home.given(NOTED).when(NoteHome(home_id="home-1", place="Lancaster")).then(moved)
    assert answer.state.place == "Lancaster"
