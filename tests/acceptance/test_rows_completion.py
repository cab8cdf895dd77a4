"""Feature rows of completion: two signatures, and an award that comes exactly once."""

from collections import Counter

import pytest

from deploy.demo.journey import evidence, homes
from deploy.demo.journey.answers import Refused
from tests.support.acceptance_region import PROMISE, Region

PORTFOLIO = evidence.PORTFOLIO
ENDS = ("AccreditationEarned", "AccreditationGranted", "ChampionAwarded", "EnrolmentCompleted", "MemberInvited")


async def ends(region: Region) -> Counter[str]:
    """How often each thing that comes at the very end has come, once the platform is at rest."""
    await region.platform.settled()
    told = [event.name for service in ("enrolment", PORTFOLIO, "network") for event in region.events(service)]
    return Counter(name for name in told if name in ENDS)


@pytest.mark.parametrize("first", ["manager", "facilitator"])
async def test_W02_an_accreditation_takes_two_signatures_in_either_order(region: Region, first: str):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.filled(home, cohort)
    api = region.api
    assert (await evidence.portfolio(api, cohort.lead, portfolio_id))["status"] == "ready"

    if first == "manager":
        one = await evidence.attest(api, home.manager, portfolio_id, PROMISE)
    else:
        one = await evidence.sign_off(api, cohort.lead, portfolio_id)
    assert one.body["status"] == "awaiting_signature"
    assert await ends(region) == Counter()

    if first == "manager":
        two = await evidence.sign_off(api, cohort.lead, portfolio_id)
    else:
        two = await evidence.attest(api, home.manager, portfolio_id, PROMISE)
    assert two.body["status"] == "signed_off"
    assert await ends(region) == Counter(dict.fromkeys(ENDS, 1))
    rows = await api.rows(region.coordinator, PORTFOLIO, "accreditations", home_id=home.id)
    assert [row["status"] for row in rows] == ["granted"]


async def test_W02_nobody_signs_twice_and_nothing_is_signed_too_early(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.portfolio(home)

    with pytest.raises(Refused) as early:
        await evidence.sign_off(region.api, cohort.lead, portfolio_id)
    assert (early.value.status, early.value.code) == (409, "not_ready")
    assert early.value.details["missing"] == ["on-role", "s1-policy"]

    await region.filled(home, cohort)
    await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
    with pytest.raises(Refused) as wrong:
        await evidence.attest(region.api, home.manager, portfolio_id, "another-promise")
    assert (wrong.value.status, wrong.value.code) == (422, "wrong_wording")
    both = home.manager.also("facilitator").at()
    with pytest.raises(Refused) as same:
        await evidence.sign_off(region.api, both, portfolio_id)
    assert (same.value.status, same.value.code) == (403, "one_signatory")
    assert await ends(region) == Counter()


@pytest.mark.timeout(180)
async def test_W03_an_award_comes_exactly_once_when_everything_is_read_again(region: Region):
    cohort = await region.cohort()
    home = await region.placed_home(cohort)
    portfolio_id = await region.filled(home, cohort)
    await evidence.attest(region.api, home.manager, portfolio_id, PROMISE)
    await evidence.sign_off(region.api, cohort.lead, portfolio_id)
    once = Counter(dict.fromkeys(ENDS, 1))
    assert await ends(region) == once
    mails = region.mails()
    row = (await region.api.rows(region.coordinator, homes.ENROLMENT, "enrolments"))[0]
    assert row["awarded_person_ids"] == [home.representative.person_id]

    for service in ("enrolment", PORTFOLIO):
        for event in region.events(service):
            await region.platform.onlooker.say_again(event.message)
    assert await ends(region) == once
    await region.platform.replay("enrolment", PORTFOLIO, "network", "notifications")

    assert await ends(region) == once
    assert region.mails() == mails
    assert (await region.api.rows(region.coordinator, homes.ENROLMENT, "enrolments"))[0] == row
    assert len(await region.api.rows(region.coordinator, PORTFOLIO, "accreditations")) == 1
