"""Feature rows of enrolment: homes, commitment, places, programmes as data."""

import pytest

from deploy.demo.journey import homes
from deploy.demo.journey.answers import Refused
from tests.support.acceptance_region import Region


async def test_E01_a_home_is_on_record_once_for_each_registration(region: Region):
    number = region.registration_number()
    home = await region.home(registration_number=number, ods_code="VL1AB")

    with pytest.raises(Refused) as again:
        await region.home(registration_number=number)
    assert (again.value.status, again.value.code) == (409, "already_registered")
    assert again.value.details["existing_id"] == home.id

    with pytest.raises(Refused) as malformed:
        await region.home(registration_number="not a number")
    assert (malformed.value.status, malformed.value.code) == (422, "invalid_registration_number")

    await region.platform.settled()
    assert [event.data["home_id"] for event in region.events("enrolment", "HomeRegistered")] == [home.id]
    found = await region.api.get(region.coordinator, homes.ENROLMENT, f"care-homes/{home.id}")
    assert found.body["ods_code"] == "VL1AB"
