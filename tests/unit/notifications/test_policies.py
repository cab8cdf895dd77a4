from datetime import date
from typing import Any

from services.notifications.domain.audience import audience_id
from services.notifications.domain.message import RequestMessage
from services.notifications.domain.notice import Seat
from services.notifications.domain.recipient import NoteFailure, recipient_id
from services.notifications.policies import enrolment, own, recipients, seats
from services.notifications.service import AUDIENCES
from shared.events.enrolment import (
    EnrolmentWithdrawn,
    FacilitatorAssigned,
    RepresentativeConfirmed,
    RepresentativeEnded,
)
from shared.events.notifications import AudienceJoined, DigestWanted, MessageFailed, MessageWanted
from tests.support.scenario import NOW, REGION, Scenario
from tests.unit.notifications.builders import COHORT, envelope, home_enrolled, joined, wanted, workshop_scheduled

ENROLMENT = audience_id("enrolment", "en1")
ANN = recipient_id(REGION, "ann")


def seat(person_id: Any, role: Any = "representative", through: Any = "en1"):
    return Seat(person_id=person_id, role=role, through=through)


def confirmed(cohort_id: Any = None):
    return RepresentativeConfirmed(
        enrolment_id="en1", home_id="h1", person_id="ann", represents_from=date(2026, 1, 1), cohort_id=cohort_id
    )


def ended(cohort_id: Any = None):
    return RepresentativeEnded(
        enrolment_id="en1",
        home_id="h1",
        person_id="ann",
        ended_on=date(2026, 3, 1),
        reason="left",
        remaining_active=1,
        cohort_id=cohort_id,
    )


def withdrawn(cohort_id: Any = None):
    return EnrolmentWithdrawn(
        enrolment_id="en1", home_id="h1", pathway="p", reason="sold", withdrawn_on=date(2026, 3, 1), cohort_id=cohort_id
    )


def assigned(previous: Any = None):
    return FacilitatorAssigned(cohort_id="c1", person_id="fay", previous_person_id=previous)


def wanted_by_invitation() -> MessageWanted:
    workshop = workshop_scheduled()
    audience = Scenario(AUDIENCES).given(joined())
    answer = audience.when(enrolment.when_workshop_scheduled_invite_cohort(workshop, envelope(workshop)))
    message = answer.events[1]
    assert isinstance(message, MessageWanted)
    return message


def test_when_a_home_is_enrolled_its_people_are_told_about_the_enrolment():
    asked = seats.when_home_enrolled_seat_its_people(home_enrolled())
    assert asked.audience_id == ENROLMENT
    assert set(asked.seats) == {seat("sam", "signatory"), seat("fay", "facilitator"), seat("ann"), seat("ben")}


def test_when_a_home_is_enrolled_its_representatives_are_told_about_the_workshops():
    asked = seats.when_home_enrolled_seat_representatives_in_cohort(home_enrolled())
    assert (asked.audience_id, set(asked.seats)) == (COHORT, {seat("ann"), seat("ben")})


def test_a_representative_is_told_about_the_workshops_once_the_home_has_a_place():
    assert seats.when_representative_confirmed_seat_them(confirmed()).audience_id == ENROLMENT
    assert seats.when_representative_confirmed_seat_them_in_cohort(confirmed()) is None
    asked = seats.when_representative_confirmed_seat_them_in_cohort(confirmed("c1"))
    assert asked is not None
    assert (asked.audience_id, asked.seats) == (COHORT, (seat("ann"),))


def test_a_representative_who_ends_is_told_no_more():
    assert seats.when_representative_ended_unseat_them(ended()).audience_id == ENROLMENT
    assert seats.when_representative_ended_unseat_them_in_cohort(ended()) is None
    asked = seats.when_representative_ended_unseat_them_in_cohort(ended("c1"))
    assert asked is not None
    assert (asked.audience_id, asked.person_id, asked.through) == (COHORT, "ann", "en1")


def test_a_home_that_withdraws_hears_no_more_of_the_workshops():
    assert seats.when_enrolment_withdrawn_unseat_its_people(withdrawn()) is None
    asked = seats.when_enrolment_withdrawn_unseat_its_people(withdrawn("c1"))
    assert asked is not None
    assert (asked.audience_id, asked.through, asked.person_id) == (COHORT, "en1", None)


def test_the_facilitator_is_told_about_the_workshops_and_the_one_before_no_more():
    asked = seats.when_facilitator_assigned_seat_them(assigned())
    assert asked.seats == (seat("fay", "facilitator", through="c1"),)
    assert seats.when_facilitator_replaced_unseat_them(assigned()) is None
    assert seats.when_facilitator_replaced_unseat_them(assigned(previous="fay")) is None
    left = seats.when_facilitator_replaced_unseat_them(assigned(previous="gus"))
    assert left is not None
    assert (left.person_id, left.role, left.through) == ("gus", "facilitator", "c1")


def test_a_wanted_message_is_requested_in_a_stream_of_its_own():
    asked = own.when_message_wanted_request_it(wanted(), envelope(wanted()))
    assert isinstance(asked, RequestMessage)
    assert (asked.message_id, asked.recipient_id) == (wanted().message_id, ANN)


def test_a_failure_is_noted_only_when_it_lies_in_the_address():
    told: dict[str, Any] = {
        "message_id": "m1",
        "recipient_person_id": "ann",
        "notice": "welcome",
        "template_key": "welcome",
        "source_event_id": "e1",
        "attempt": 1,
        "failed_at": NOW,
    }
    failed = MessageFailed(reason="address-refused", **told)
    noted = NoteFailure(recipient_id=ANN, person_id="ann", message_id="m1", reason="address-refused")
    assert own.when_message_failed_note_it(failed, envelope(failed)) == noted
    for reason in ("too-late", "suppressed"):
        other = failed.model_copy(update={"reason": reason})
        assert own.when_message_failed_note_it(other, envelope(other)) is None


def test_what_one_person_is_told_in_two_regions_belongs_to_two_recipients():
    wish = DigestWanted(audience_id=ENROLMENT, notice_id="n1", recipient_person_id="ann")
    here, there = envelope(wish), envelope(wish).model_copy(update={"region": "south"})
    plans = [own.when_digest_wanted_plan_it(wish, each) for each in (here, there)]
    assert [plan.person_id for plan in plans] == ["ann", "ann"]
    assert [plan.digest_id for plan in plans] == [ANN, recipient_id("south", "ann")]
    noted = [recipients.when_representative_confirmed_note_them(confirmed(), each) for each in (here, there)]
    assert [note.recipient_id for note in noted] == [plan.digest_id for plan in plans]


def test_a_representative_confirmed_after_the_workshop_was_scheduled_is_invited():
    workshop = workshop_scheduled()
    cohort = Scenario(AUDIENCES)
    scheduled = cohort.when(enrolment.when_workshop_scheduled_invite_cohort(workshop, envelope(workshop)))
    seated = seats.when_representative_confirmed_seat_them_in_cohort(confirmed("c1"))
    assert seated is not None
    late = cohort.given(*scheduled.events).when(seated)
    late.then_happened(AudienceJoined, MessageWanted)


def test_a_full_replay_wants_the_same_messages():
    first, again = (wanted_by_invitation() for _replay in range(2))
    assert first.message_id == again.message_id
