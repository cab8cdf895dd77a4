"""Who is in which audience: of an enrolment, and of a cohort."""

from collections.abc import Sequence

from services.notifications.domain.audience import DescribeAudience, JoinAudience, LeaveAudience, audience_id
from services.notifications.domain.notice import Seat
from shared.events.enrolment import (
    EnrolmentWithdrawn,
    FacilitatorAssigned,
    FacilitatorReplaced,
    HomeEnrolled,
    HomeHandedOver,
    RepresentativeConfirmed,
    RepresentativeEnded,
)


def when_home_enrolled_seat_its_people(event: HomeEnrolled) -> JoinAudience:
    """Signatory, representatives and facilitator are told about the enrolment."""
    through = event.enrolment_id
    seats = (
        Seat(person_id=event.signatory_person_id, role="signatory", through=through),
        Seat(person_id=event.lead_person_id, role="facilitator", through=through),
        *_representatives(event.representative_person_ids, through),
    )
    return JoinAudience(audience_id=audience_id("enrolment", through), seats=seats)


def when_home_enrolled_describe_its_audience(event: HomeEnrolled) -> DescribeAudience:
    """Speak of the home by its name, and of its requirements in the words of its programme version."""
    where = audience_id("enrolment", event.enrolment_id)
    return DescribeAudience(audience_id=where, home_name=event.home_name, version_id=event.version_id)


def when_home_enrolled_seat_representatives_in_cohort(event: HomeEnrolled) -> JoinAudience:
    """The home's representatives are told about the workshops of their cohort."""
    seats = _representatives(event.representative_person_ids, event.enrolment_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=seats)


def when_representative_confirmed_seat_them(event: RepresentativeConfirmed) -> JoinAudience:
    """A representative is told about the enrolment."""
    seats = _representatives((event.person_id,), event.enrolment_id)
    return JoinAudience(audience_id=audience_id("enrolment", event.enrolment_id), seats=seats)


def when_representative_confirmed_seat_them_in_cohort(event: RepresentativeConfirmed) -> JoinAudience | None:
    """Who is confirmed after the home got its place is told about the workshops; before, HomeEnrolled sees to it."""
    if event.cohort_id is None:
        return None
    seats = _representatives((event.person_id,), event.enrolment_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=seats)


def when_representative_ended_unseat_them(event: RepresentativeEnded) -> LeaveAudience:
    """A former representative hears nothing more of the enrolment."""
    return _leave("enrolment", event.enrolment_id, event)


def when_representative_ended_unseat_them_in_cohort(event: RepresentativeEnded) -> LeaveAudience | None:
    """A former representative hears nothing more of the workshops."""
    return _leave("cohort", event.cohort_id, event) if event.cohort_id else None


def when_enrolment_withdrawn_unseat_its_people(event: EnrolmentWithdrawn) -> LeaveAudience | None:
    """Nobody of a home that left is told about workshops any more."""
    if event.cohort_id is None:
        return None
    return LeaveAudience(audience_id=audience_id("cohort", event.cohort_id), through=event.enrolment_id)


def when_enrolment_withdrawn_unseat_them(event: EnrolmentWithdrawn) -> LeaveAudience:
    """Nobody waits for what a home that left still had open."""
    through = event.enrolment_id
    return LeaveAudience(audience_id=audience_id("enrolment", through), through=through)


def when_facilitator_assigned_seat_them(event: FacilitatorAssigned) -> JoinAudience:
    """The facilitator is told about the workshops of the cohort."""
    seat = Seat(person_id=event.person_id, role="facilitator", through=event.cohort_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=(seat,))


def when_facilitator_replaced_unseat_them(event: FacilitatorAssigned) -> LeaveAudience | None:
    """The facilitator who led the cohort before is told no longer."""
    if event.previous_person_id in (None, event.person_id):
        return None
    return LeaveAudience(
        audience_id=audience_id("cohort", event.cohort_id),
        through=event.cohort_id,
        person_id=event.previous_person_id,
        role="facilitator",
    )


def when_cohort_handed_over_seat_its_lead(event: FacilitatorReplaced) -> JoinAudience:
    """The new facilitator is told about the workshops of the cohort."""
    seat = Seat(person_id=event.person_id, role="facilitator", through=event.cohort_id)
    return JoinAudience(audience_id=audience_id("cohort", event.cohort_id), seats=(seat,))


def when_cohort_handed_over_unseat_lead_before(event: FacilitatorReplaced) -> LeaveAudience:
    """The facilitator who led the cohort before is told no longer."""
    return _leave_as_facilitator("cohort", event.cohort_id, event.previous_person_id)


def when_home_handed_over_seat_facilitator(event: HomeHandedOver) -> JoinAudience:
    """The new facilitator is told about the enrolment, and of what waits there."""
    seat = Seat(person_id=event.person_id, role="facilitator", through=event.enrolment_id)
    return JoinAudience(audience_id=audience_id("enrolment", event.enrolment_id), seats=(seat,))


def when_home_handed_over_unseat_facilitator_before(event: HomeHandedOver) -> LeaveAudience:
    """The facilitator before hears nothing more of the enrolment."""
    return _leave_as_facilitator("enrolment", event.enrolment_id, event.previous_person_id)


def _leave_as_facilitator(kind: str, thing_id: str, person_id: str) -> LeaveAudience:
    where = audience_id(kind, thing_id)
    return LeaveAudience(audience_id=where, through=thing_id, person_id=person_id, role="facilitator")


def _representatives(person_ids: Sequence[str], through: str) -> tuple[Seat, ...]:
    return tuple(Seat(person_id=person_id, role="representative", through=through) for person_id in person_ids)


def _leave(kind: str, thing_id: str, event: RepresentativeEnded) -> LeaveAudience:
    return LeaveAudience(
        audience_id=audience_id(kind, thing_id),
        through=event.enrolment_id,
        person_id=event.person_id,
        role="representative",
    )
