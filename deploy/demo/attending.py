"""A workshop and its register: held on its day or moved, who was there, who was not, and who caught up since."""

from deploy.demo import months
from deploy.demo.cast import CohortPlayer, Player
from deploy.demo.journey import workshops
from deploy.demo.journey.client import Api
from deploy.demo.months import Month


async def move(api: Api, cohort: CohortPlayer, month: Month) -> None:
    """Hold it on another day than arranged. Raises Refused."""
    by = cohort.facilitator.at()
    await workshops.move(api, by, cohort.workshops[month.code], month.starts_at, month.ends_at)


async def fill_register(api: Api, cohort: CohortPlayer, month: Month) -> None:
    """Say who was there, and close the register. Raises Refused."""
    by, workshop_id = cohort.facilitator.at(), cohort.workshops[month.code]
    absent = _absent(cohort, month)
    for home in cohort.at(month.code):
        for player in home.representatives:
            if player not in absent:
                await workshops.record_attendance(api, by, workshop_id, home.enrolment_id, player.person_id)
        home.status = f"at {month.code}"
    await workshops.close_register(api, by, workshop_id, [player.person_id for player in absent])


async def catch_up(api: Api, cohort: CohortPlayer, month: Month) -> None:
    """Let who missed it catch up, one-to-one. Raises Refused."""
    by, workshop_id = cohort.facilitator.at(), cohort.workshops[month.code]
    for player in _absent(cohort, month):
        enrolment_id = cohort.homes[0].enrolment_id
        await workshops.record_attendance(api, by, workshop_id, enrolment_id, player.person_id, "caught-up")


def _absent(cohort: CohortPlayer, month: Month) -> list[Player]:
    """Who of the cohort misses this workshop."""
    return [cohort.homes[0].representatives[-1]] if month.code == months.MISSED and cohort.homes else []
