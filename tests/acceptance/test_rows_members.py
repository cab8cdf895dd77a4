"""Feature rows of the champions' network: who belongs without a home, who is found by what, and how fast it ends."""

from typing import Any

import pytest

from deploy.demo.journey import network, people
from deploy.demo.journey.answers import Refused
from deploy.demo.journey.who import Who, member
from tests.support.acceptance_region import Region
from tests.support.eventually import eventually

GONE_WITHIN_SECONDS = 5
PHONE = "+44 7700 900123"
PROFILE: dict[str, Any] = {
    "background": "nurse",
    "sector": "health",
    "setting": "domiciliary",
    "area": "wirral",
    "interests": ["grief", "dementia"],
}


async def person(region: Region, name: str, **card: Any) -> Who:
    """Somebody on record, with no home and no role."""
    return Who(await people.register_person(region.api, region.coordinator, {"name": name, **card}), (), region.name)


async def sharing(region: Region, name: str, *fields: str, **profile: Any) -> tuple[Who, str]:
    """A member who shows these fields to the region."""
    somebody = await person(region, name, phone=PHONE)
    joining = member(somebody.person_id, region.name)
    member_id = await network.join(region.api, joining, **{**PROFILE, **profile})
    version = await network.consent_wording(region.api, joining)
    await network.give_consent(region.api, joining, member_id, fields, "region", version)
    return joining, member_id


async def found(region: Region, viewer: Who, **search: str) -> set[str]:
    """Whom a search of the directory finds."""
    return {row["member_id"] for row in await region.api.rows(viewer, "network", "directory", **search)}


async def exported(region: Region, viewer: Who, **search: str) -> str:
    """The directory as a table."""
    content: bytes = (await region.api.get(viewer, "network", "directory-export", **search)).body
    return content.decode("utf-8-sig")


async def test_N03_what_is_taken_back_is_gone_everywhere_within_five_seconds_and_outsiders_are_told(region: Region):
    ann, ann_id = await sharing(region, "Ann Lloyd", "name", "phone", "area", "interests")
    ben, _ = await sharing(region, "Ben Hughes", "name")
    await region.platform.settled()
    assert ann_id in await found(region, ben, area="wirral", interests="grief")
    assert PHONE in await exported(region, ben)

    await network.withdraw_consent(region.api, ann, ann_id, "phone", "area", "interests")

    async def gone() -> bool:
        shown = str((await network.directory(region.api, ben))[ann_id])
        searched = await found(region, ben, area="wirral") | await found(region, ben, interests="grief")
        table = await exported(region, ben)
        return PHONE not in shown + table and ann_id not in searched and "Ann Lloyd" in shown + table

    await eventually(gone, "nobody sees it any more", GONE_WITHIN_SECONDS)
    told = await region.event("network", "SharingConsentWithdrawn", GONE_WITHIN_SECONDS)
    assert (told.data["member_id"], told.data["fields"]) == (ann_id, ["phone", "area", "interests"])


async def test_N03_who_leaves_is_gone_as_fast_and_every_consent_is_told_to_have_ended(region: Region):
    ann, ann_id = await sharing(region, "Ann Lloyd", "name", "area")
    ben, _ = await sharing(region, "Ben Hughes", "name")
    await region.platform.settled()
    await network.leave(region.api, ann, ann_id)

    async def gone() -> bool:
        return ann_id not in await found(region, ben) and "Ann Lloyd" not in await exported(region, ben)

    await eventually(gone, "she is nowhere any more", GONE_WITHIN_SECONDS)
    told = await region.event("network", "SharingConsentWithdrawn", GONE_WITHIN_SECONDS)
    assert told.data["fields"] == ["name", "area"]


async def test_N03_one_act_of_agreeing_and_one_of_taking_back_are_one_receipt_each(region: Region):
    card = {"email": f"ann@{region.name}.example.org"}
    ann = await person(region, "Ann Lloyd", **card)
    member_id = await network.join(region.api, ann, **PROFILE)
    version = await network.consent_wording(region.api, ann)
    own = member(ann.person_id, region.name)
    await region.platform.settled()
    await network.give_consent(region.api, own, member_id, ("name", "phone", "area"), "region", version)
    await network.withdraw_consent(region.api, own, member_id, "name", "phone", "area")
    await region.platform.settled()
    assert len(region.events("network", "SharingConsentGiven")) == 1
    assert len(region.events("network", "SharingConsentWithdrawn")) == 1
    templates = [
        message["template_key"] for message in await region.api.rows(region.coordinator, "notifications", "messages")
    ]
    assert (templates.count("consent-given"), templates.count("consent-withdrawn")) == (1, 1)


async def test_N04_members_are_found_by_role_place_setting_and_interest(region: Region):
    everything = ("name", "background", "sector", "setting", "area", "interests")
    viewer, ann_id = await sharing(region, "Ann Lloyd", *everything)
    _, ben_id = await sharing(region, "Ben Hughes", *everything, background="carer", area="sefton", interests=["grief"])
    await region.platform.settled()
    searches = {
        ("background", "nurse"): {ann_id},
        ("area", "sefton"): {ben_id},
        ("setting", "domiciliary"): {ann_id, ben_id},
        ("interests", "grief"): {ann_id, ben_id},
        ("interests", "dementia"): {ann_id},
        ("sector", "carers"): set(),
    }
    for (name, value), expected in searches.items():
        assert await found(region, viewer, **{name: value}) == expected, name
    both = await found(region, viewer, interests="grief", area="sefton")
    assert both == {ben_id}


async def test_N04_nobody_is_found_by_or_shown_with_what_they_do_not_share(region: Region):
    viewer, _ = await sharing(region, "Ann Lloyd", "name")
    _, ben_id = await sharing(region, "Ben Hughes", "name", "area", background="carer", sector="carers")
    await region.platform.settled()
    for hidden in ({"background": "carer"}, {"sector": "carers"}, {"setting": "domiciliary"}, {"interests": "grief"}):
        assert await found(region, viewer, **hidden) == set(), hidden
    assert await found(region, viewer, area="wirral") == {ben_id}
    entry = (await network.directory(region.api, viewer))[ben_id]
    told = {name: entry[name] for name in PROFILE}
    assert told == {**dict.fromkeys(PROFILE), "area": "wirral"}
    assert "carer" not in await exported(region, viewer)


async def test_N05_a_carer_is_invited_and_joins_without_home_employer_or_background(region: Region):
    carer = await person(region, "Carol Bell", email=f"carol@{region.name}.example.org")
    await region.platform.settled()
    invited = await region.api.ask(region.coordinator, "network", "members:invite", {"person_id": carer.person_id})
    assert (invited.status, invited.body["status"]) == (201, "invited")
    await region.platform.settled()
    assert [to for to, _ in region.mails()] == ["carol"]

    joined = await region.api.ask(carer, "network", "members", {"person_id": carer.person_id, "area": "wirral"})
    assert joined.status == 200  # the same thing that was invited
    assert (joined.body["status"], joined.body["background"], joined.body["setting"]) == ("joined", "not-stated", None)
    told = await region.event("network", "MemberJoined")
    assert (told.data["source"], told.data["sector"]) == ("personal-invitation", "not-stated")


async def test_N05_an_expert_by_experience_asks_to_join_and_is_in_with_nothing_but_a_phone(region: Region):
    expert = await person(region, "Ed Grant", phone=PHONE)
    told = {"person_id": expert.person_id, "background": "patient-representative", "area": "sefton"}
    joined = await region.api.ask(expert, "network", "members", told)
    assert (joined.status, joined.body["status"]) == (201, "joined")
    assert (await region.event("network", "MemberJoined")).data["source"] == "open-call"
    own = member(expert.person_id, region.name)
    assert (await region.api.get(own, "network", f"members/{joined.id}")).body["background"] == "patient-representative"


async def test_N05_nobody_is_put_in_and_who_left_is_not_asked_again(region: Region):
    carer = await person(region, "Carol Bell", phone=PHONE)
    told = {"person_id": carer.person_id, "area": "wirral"}
    with pytest.raises(Refused) as put_in:
        await region.api.ask(region.coordinator, "network", "members", told)
    assert put_in.value.code == "not_yourself"
    joined = await region.api.ask(carer, "network", "members", {"person_id": carer.person_id, "area": "wirral"})
    await network.leave(region.api, member(carer.person_id, region.name), joined.id)
    with pytest.raises(Refused) as asked:
        await region.api.ask(region.coordinator, "network", "members:invite", {"person_id": carer.person_id})
    assert asked.value.code == "left_by_choice"
