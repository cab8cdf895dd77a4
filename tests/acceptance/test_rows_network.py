"""Feature rows of the champions' network: who joins, and who sees what of whom."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from deploy.demo.journey import network, people
from deploy.demo.journey.answers import Answer, Refused
from deploy.demo.journey.who import Who, member
from tests.support.acceptance_region import Region
from tests.support.eventually import eventually

PHONE = "+44 7700 900123"
PROFILE = {"background": "nurse", "sector": "health", "area": "wirral"}


async def person(region: Region, name: str = "Ann Lloyd") -> Who:
    """Somebody on record with a phone, and with no home."""
    card = {"name": name, "email": f"ann@{region.name}.example.org", "phone": PHONE}
    return member(await people.register_person(region.api, region.coordinator, card), region.name)


async def joined(region: Region, somebody: Who) -> str:
    return await network.join(region.api, somebody, **PROFILE)


async def sharing(region: Region, somebody: Who, audience: str) -> str:
    """Let somebody join and share name and phone with an audience; the member's id."""
    member_id, version = await joined(region, somebody), await network.consent_wording(region.api, somebody)
    await network.give_consent(region.api, somebody, member_id, ("name", "phone"), audience, version)
    await region.platform.settled()
    return member_id


async def entry(region: Region, viewer: Who, member_id: str) -> Mapping[str, Any]:
    """What somebody sees of a member; nothing when the member is not there for them."""
    return (await network.directory(region.api, viewer)).get(member_id, {})


async def test_N01_a_person_joins_without_a_home_or_a_role_and_leaves_at_any_time(region: Region):
    ann = await person(region)
    assert (ann.homes, Who(ann.person_id, (), region.name).roles) == ((), ())
    member_id = await network.join(region.api, Who(ann.person_id, (), region.name), **PROFILE)
    await region.platform.settled()
    assert (await entry(region, ann, member_id))["area"] == "wirral"
    assert [event.data["source"] for event in region.events("network", "MemberJoined")] == ["open-call"]

    await network.leave(region.api, ann, member_id)
    await region.platform.settled()
    assert await entry(region, ann, member_id) == {}
    assert (await region.api.get(ann, "network", f"members/{member_id}")).body["status"] == "left"

    again = await joined(region, ann)
    assert again == member_id
    await region.platform.settled()
    assert await entry(region, ann, member_id) != {}


async def test_N01_nobody_joins_or_leaves_for_somebody_else(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    with pytest.raises(Refused) as joining:
        await region.api.ask(ben, "network", "members", {**PROFILE, "person_id": ann.person_id})
    assert joining.value.code == "not_yourself"
    member_id = await joined(region, ann)
    with pytest.raises(Refused) as leaving:
        await network.leave(region.api, ben, member_id)
    assert leaving.value.status == 403


async def test_N02_what_is_not_consented_to_is_not_shown_to_anybody(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    member_id = await joined(region, ann)
    await region.platform.settled()
    assert await entry(region, ben, member_id) == {}
    assert PHONE not in str(await network.directory(region.api, region.coordinator))


async def test_N02_a_field_is_shown_to_its_audience_and_to_nobody_else(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    abroad = Who("dora", ("member", "coordinator"), f"{region.name}-abroad")
    member_id = await sharing(region, ann, "region")
    seen = await entry(region, ben, member_id)
    assert seen["shared"] == {"name": "Ann Lloyd", "phone": PHONE}
    assert await entry(region, abroad, member_id) == {}
    assert PHONE not in str(await network.directory(region.api, abroad))

    await network.withdraw_consent(region.api, ann, member_id, "phone")
    await region.platform.settled()
    assert (await entry(region, ben, member_id))["shared"] == {"name": "Ann Lloyd"}


async def test_N02_a_group_sees_nothing_that_only_another_group_may_see(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    member_id = await sharing(region, ann, "group")
    assert await entry(region, ben, member_id) == {}
    assert (await entry(region, ann, member_id))["consents"] == {"name": "group", "phone": "group"}


async def test_N02_a_consent_names_its_wording_and_its_day_and_its_history_stays(region: Region):
    ann = await person(region)
    member_id = await sharing(region, ann, "region")
    version = await network.consent_wording(region.api, ann)
    await network.withdraw_consent(region.api, ann, member_id, "phone")
    thing: Answer = await region.api.get(ann, "network", f"members/{member_id}")
    consent = {"audience": "region", "wording_version": version, "given_on": region.today.isoformat()}
    assert thing.body["consents"] == {"name": consent}

    history = (await region.api.get(ann, "network", f"members/{member_id}/history")).body["items"]
    told = [(event["type"].split(".")[2], event["data"]) for each in history for event in each["events"]]
    given = [data for kind, data in told if kind == "SharingConsentGiven"]
    taken = [data for kind, data in told if kind == "SharingConsentWithdrawn"]
    assert [(data["wording_version"], date.fromisoformat(data["given_on"])) for data in given] == [
        (version, region.today)
    ]
    assert [data["fields"] for data in (*given, *taken)] == [["name", "phone"], ["phone"]]

    with pytest.raises(Refused) as unknown:
        await network.give_consent(region.api, ann, member_id, ("phone",), "region", "sharing-consent-99")
    assert (unknown.value.status, unknown.value.code, unknown.value.pointer) == (
        422,
        "unknown_wording",
        "/wording_version",
    )


async def test_N02_leaving_ends_every_consent(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    member_id = await sharing(region, ann, "region")
    await network.leave(region.api, ann, member_id)
    await joined(region, ann)
    await region.platform.settled()
    assert await entry(region, ben, member_id) == {}


async def test_N02_who_is_erased_is_shown_to_nobody_any_more(region: Region):
    ann, ben = await person(region), await person(region, "Ben Hughes")
    member_id = await sharing(region, ann, "region")
    await people.erase_person(region.api, region.coordinator, ann.person_id)

    async def gone() -> bool:
        return await entry(region, ben, member_id) == {}

    await eventually(gone, "the tombstone arrives")
