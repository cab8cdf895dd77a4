"""The cast: everybody made up, everybody different, the same every time."""

import re

from deploy.demo import months
from deploy.demo.cast import cast
from deploy.demo.names import made_up_homes
from deploy.demo.reading import is_personal
from services.enrolment.domain.registration import PATTERNS

PHONE = re.compile(r"01632 96\d{4}")


def test_three_hundred_homes_have_names_numbers_and_people_of_their_own():
    players = cast(made_up_homes(300), 25)
    everybody = [player.card for player in players.players()]
    assert len({home.home.registration_number for home in players.homes}) == 300
    assert len({home.home.name for home in players.homes}) == 300
    assert len({card.email for card in everybody}) == len(everybody) == 25 + 3 * 300 + 1


def test_nobody_can_be_mistaken_for_a_real_person():
    for player in cast(made_up_homes(20), 2).players():
        assert player.card.email.endswith("@example.org")
        assert PHONE.fullmatch(player.card.phone)


def test_every_made_up_registration_number_looks_like_the_regulators():
    assert all(PATTERNS[home.regulator].fullmatch(home.registration_number) for home in made_up_homes(20))


def test_one_home_is_in_wales_and_its_people_read_welsh():
    (welsh,) = [home for home in cast(made_up_homes(20), 2).homes if home.home.regulator == "ciw"]
    assert {player.card.card["language"] for player in welsh.people} == {"cy"}


def test_one_home_withdraws_one_hands_over_and_one_signs_early():
    homes = cast(made_up_homes(20), 2).homes
    counted = [
        sum(map(bool, found)) for found in zip(*((h.withdraws, h.successor, h.signs_early) for h in homes), strict=True)
    ]
    assert counted == [1, 1, 1]


def test_who_took_over_represents_the_home_and_the_leaver_stays_in_the_cast():
    home = next(home for home in cast(made_up_homes(20), 2).homes if home.successor)
    leaver, before = home.representatives[-1], home.people
    home.handed_over = True
    assert home.representatives[-1] is home.successor
    assert (leaver in home.people, home.people) == (True, before)


def test_a_home_that_withdrew_is_told_of_no_later_workshop():
    (cohort,) = cast(made_up_homes(3), 1).cohorts
    assert [cohort.told_of(code) for code in ("S4", "S5")] == [7, 5]


def test_homes_are_dealt_out_evenly():
    players = cast(made_up_homes(25), 2)
    assert [len(cohort.homes) for cohort in players.cohorts] == [13, 12]


def test_every_value_of_a_card_is_found_when_it_stands_anywhere_in_clear():
    for player in cast(made_up_homes(200), 3).players():
        for value in (player.card.name, player.card.email, player.card.phone):
            assert is_personal(f'{{"told":"{value}"}}'.encode())
            assert is_personal(f'{{"told":"{value.upper()}"}}'.encode())


def test_no_home_and_no_id_is_taken_for_a_person():
    for home in made_up_homes(300):
        assert not is_personal(str(home.record).encode())


def test_the_months_come_one_after_the_other():
    moments = [moment for month in months.MONTHS for moment in (month.reminding, month.starts_at, month.ends_at)]
    assert moments == sorted(moments)
    assert months.MONTHS[-1].ends_at + months.EVIDENCE_AFTER < months.SIGNING_EARLY < months.SIGNING
