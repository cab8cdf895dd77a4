from datetime import timedelta
from itertools import permutations

import pytest
from pydantic import ValidationError

from services.notifications.domain.audience import (
    Audience,
    AudienceCommand,
    DescribeAudience,
    JoinAudience,
    LeaveAudience,
    LiftNotice,
    SetNotice,
    TellAudience,
    decide,
    evolve,
)
from services.notifications.domain.notice import Seat
from services.notifications.service import AUDIENCES
from shared.chassis.declarations.facts import Facts
from shared.events.notifications import (
    AudienceDescribed,
    AudienceJoined,
    AudienceLeft,
    AudienceTold,
    DigestWanted,
    MessageWanted,
    NoticeLifted,
    NoticeSet,
)
from tests.support.scenario import NOW, REGION, SOMEBODY, Scenario
from tests.unit.notifications.builders import COHORT, WORKSHOP_STARTS, joined, notice_set, wanted

audience = Scenario(AUDIENCES)
REMIND_AT = WORKSHOP_STARTS - timedelta(days=2)
reminder = notice_set(notice_id="n2", notice="workshop-reminder", template_key="workshop-reminder", tell_at=REMIND_AT)
remind = TellAudience(audience_id=COHORT, notice_id="n2")


def command(event: NoticeSet) -> SetNotice:
    return SetNotice(**event.model_dump(exclude={"set_at"}))


def join(*people: str) -> JoinAudience:
    seats = tuple(Seat(person_id=person, role="representative", through="en1") for person in people)
    return JoinAudience(audience_id=COHORT, seats=seats)


def test_people_join_an_audience_once():
    audience.when(join("ann", "ben", "ann")).then(joined("ann"), joined("ben"))
    audience.given(joined("ann")).when(join("ann")).then_nothing()


def test_a_notice_without_a_moment_is_told_at_once_to_everybody_with_the_role():
    people = audience.given(joined("ann"), joined("fay", role="facilitator"), joined("sam", role="signatory"))
    people.when(command(notice_set())).then(notice_set(), wanted("ann"), wanted("fay"))


def test_a_person_with_two_seats_is_told_once():
    audience.given(joined(), joined(through="en2")).when(command(notice_set())).then(notice_set(), wanted())


def test_who_joins_while_a_notice_is_valid_is_told_too():
    audience.given(notice_set()).when(join("ann")).then(joined("ann"), wanted("ann"))


def test_who_was_told_is_not_told_again_when_they_get_another_seat():
    seat = Seat(person_id="ann", role="representative", through="en2")
    told = audience.given(joined(), notice_set(), wanted())
    told.when(JoinAudience(audience_id=COHORT, seats=(seat,))).then(joined(through="en2"))


def test_who_joins_after_a_notice_is_over_is_not_told():
    audience.given(notice_set()).at(WORKSHOP_STARTS).when(join("ann")).then(joined("ann"))


def test_who_joins_in_a_role_that_is_not_told_is_not_told():
    seat = Seat(person_id="sam", role="signatory", through="en1")
    answer = audience.given(notice_set()).when(JoinAudience(audience_id=COHORT, seats=(seat,)))
    answer.then(joined("sam", role="signatory"))


def test_a_notice_is_set_once():
    audience.given(notice_set()).when(command(notice_set(source_event_id="e9"))).then_nothing()


def test_a_notice_that_is_over_is_not_set():
    audience.given(joined()).at(WORKSHOP_STARTS).when(command(notice_set())).then_nothing()


def test_a_reminder_waits_for_its_moment_even_for_those_who_join():
    audience.given(joined()).when(command(reminder)).then(reminder)
    audience.given(reminder).when(join("ben")).then(joined("ben"))


def test_a_reminder_whose_moment_has_passed_is_not_set():
    audience.given(joined()).at(REMIND_AT).when(command(reminder)).then_nothing()


def test_a_reminder_is_told_at_its_moment_to_those_who_are_there_then():
    people = audience.given(joined("ann"), reminder, joined("ben"))
    answer = people.at(REMIND_AT).when(remind)
    answer.then_happened(AudienceTold, MessageWanted, MessageWanted)
    assert [event.recipient_person_id for event in answer.events if isinstance(event, MessageWanted)] == ["ann", "ben"]


def test_a_reminder_is_told_once():
    told = AudienceTold(audience_id=COHORT, notice_id="n2", recipient_count=0)
    audience.given(joined(), reminder, told).at(REMIND_AT).when(remind).then_nothing()


def test_a_reminder_is_not_told_before_its_moment_nor_when_the_workshop_has_begun():
    audience.given(joined(), reminder).when(remind).then_nothing()
    audience.given(joined(), reminder).at(WORKSHOP_STARTS).when(remind).then_nothing()


def test_a_notice_nobody_knows_of_is_not_told():
    audience.given(joined()).when(remind).then_nothing()


def test_a_notice_without_a_moment_is_not_told_by_a_deadline():
    audience.given(notice_set()).when(TellAudience(audience_id=COHORT, notice_id="n1")).then_nothing()


def test_who_left_is_told_no_more():
    left = AudienceLeft(audience_id=COHORT, person_id="ann", role="representative", through="en1")
    leave = LeaveAudience(audience_id=COHORT, through="en1", person_id="ann")
    audience.given(joined("ann"), joined("ben")).when(leave).then(left)
    audience.given(joined("ann"), left).when(leave).then_nothing()
    audience.given(joined("ann"), left).when(command(notice_set())).then(notice_set())


def test_a_seat_through_something_else_stays():
    audience.given(joined("ann", through="en2")).when(LeaveAudience(audience_id=COHORT, through="en1")).then_nothing()


def test_everybody_who_came_through_one_thing_can_leave_together():
    answer = audience.given(joined("ben"), joined("ann")).when(LeaveAudience(audience_id=COHORT, through="en1"))
    answer.then_happened(AudienceLeft, AudienceLeft)


def test_what_is_over_is_forgotten_when_another_notice_is_set():
    later = notice_set(notice_id="n3", set_at=WORKSHOP_STARTS, valid_until=WORKSHOP_STARTS + timedelta(days=1))
    assert audience.given(notice_set(), later).state.notices.keys() == {"n3"}


def test_a_notice_of_a_higher_revision_takes_the_place_and_is_told_to_everybody_anew():
    moved = notice_set(revision=2, source_event_id="e2")
    people = audience.given(joined("ann"), notice_set(revision=1), wanted("ann"))
    answer = people.when(command(moved))
    answer.then_happened(NoticeSet, MessageWanted)
    people.given(*answer.events).when(command(notice_set(revision=1, source_event_id="e3"))).then_nothing()
    people.given(*answer.events).when(command(moved)).then_nothing()


def test_a_reminder_moves_with_its_workshop_and_goes_when_it_would_come_too_late():
    later = reminder.model_copy(update={"revision": 1, "tell_at": REMIND_AT + timedelta(days=7)})
    audience.given(joined(), reminder).when(command(later)).then(later)
    audience.given(joined(), reminder, later).at(REMIND_AT).when(remind).then_nothing()
    sooner = reminder.model_copy(update={"revision": 1, "tell_at": NOW})
    audience.given(joined(), reminder).when(command(sooner)).then(NoticeLifted(audience_id=COHORT, notice_id="n2"))


def test_a_lifted_notice_is_told_no_more():
    lifted = NoticeLifted(audience_id=COHORT, notice_id="n2")
    audience.given(joined(), reminder).when(LiftNotice(audience_id=COHORT, notice_id="n2")).then(lifted)
    audience.given(joined(), reminder, lifted).at(REMIND_AT).when(remind).then_nothing()
    audience.given(joined()).when(LiftNotice(audience_id=COHORT, notice_id="n2")).then_nothing()


def test_what_is_collected_is_for_the_digests_and_lifts_what_it_settles():
    about = {"about": "Some evidence"}
    handed_in = notice_set(notice_id="n7", collect="until-lifted", roles=("facilitator",), fields=about)
    people = audience.given(joined("ann"), joined("fay", role="facilitator"))
    for_fay = DigestWanted(audience_id=COHORT, notice_id="n7", recipient_person_id="fay")
    people.when(command(handed_in)).then(handed_in, for_fay)
    decided = notice_set(notice_id="n8", collect="once", person_id="ann", fields=about)
    asked = command(decided).model_copy(update={"lifts": "n7"})
    lifted = NoticeLifted(audience_id=COHORT, notice_id="n7")
    for_ann = DigestWanted(audience_id=COHORT, notice_id="n8", recipient_person_id="ann")
    people.given(handed_in, for_fay).when(asked).then(lifted, decided, for_ann)


def test_what_is_collected_must_say_what_it_is_about():
    with pytest.raises(ValidationError, match="must say what it is about"):
        command(notice_set(collect="once", fields={"title": "A workshop"}))


def test_an_audience_knows_whose_enrolment_it_is():
    described = AudienceDescribed(audience_id=COHORT, home_name="Bryn House", version_id="v1")
    asked = DescribeAudience(audience_id=COHORT, home_name="Bryn House", version_id="v1")
    audience.when(asked).then(described)
    audience.given(described).when(asked).then_nothing()


def test_the_same_people_are_told_the_same_in_any_order_of_joining_and_setting():
    asked: tuple[AudienceCommand, ...] = (join("ann"), join("ben"), command(notice_set()))
    facts = Facts(now=NOW, actor=SOMEBODY, region=REGION)
    ends = []
    for order in permutations(asked):
        state, told = Audience(), set()
        for one in order:
            for event in decide(state, one, facts):
                state = evolve(state, event)
                told |= {event.message_id} if isinstance(event, MessageWanted) else set()
        ends.append((told, state))
    assert len(ends[0][0]) == 2
    assert all(end == ends[0] for end in ends)


def test_what_is_for_those_who_are_there_now_is_told_to_nobody_who_joins_later():
    asked = SetNotice(**notice_set().model_dump(exclude={"set_at"}), only_now=True)
    answer = audience.given(joined("ann")).when(asked)
    answer.then_happened(NoticeSet, MessageWanted, AudienceTold)
    late = JoinAudience(audience_id=COHORT, seats=(Seat(person_id="ben", role="representative", through="en1"),))
    audience.given(joined("ann"), *answer.events).when(late).then_happened(AudienceJoined)


def test_what_is_for_those_who_are_there_now_is_told_anew_when_it_is_replaced():
    first = SetNotice(**notice_set(revision=1).model_dump(exclude={"set_at"}), only_now=True)
    known = audience.given(joined("ann")).when(first)
    second = first.model_copy(update={"revision": 2, "source_event_id": "e2"})
    again = audience.given(joined("ann"), *known.events, joined("ben")).when(second)
    again.then_happened(NoticeSet, MessageWanted, MessageWanted, AudienceTold)
