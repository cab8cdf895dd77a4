"""Homes in which something changes on the way: a representative hands over, a home withdraws."""

from deploy.demo import months
from deploy.demo.cast import HomePlayer
from deploy.demo.journey import homes
from deploy.demo.journey.client import Api
from deploy.demo.journey.who import Who
from deploy.demo.months import Month


async def hand_over(api: Api, by: Who, home: HomePlayer, month: Month) -> None:
    """Let somebody new take the place of the last representative, in the home where that happens. Raises Refused."""
    if home.successor is None:
        return
    await homes.replace_representative(
        api,
        by,
        home.enrolment_id,
        outgoing=home.representatives[-1].person_id,
        incoming=home.successor.person_id,
        job_role="senior-carer",
        replaced_on=(month.ends_at + months.TURNS_AFTER).date(),
    )
    home.handed_over = True


async def withdraw(api: Api, home: HomePlayer) -> None:
    """Let the home go, if it is the one that does. Raises Refused."""
    if home.withdraws:
        await homes.withdraw(api, home.manager_who, home.enrolment_id, "staffing")
        home.status = "withdrawn"
