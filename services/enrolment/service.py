"""Enrolment: who takes part, in what, and who was there. This page is the whole service."""

from services.enrolment import facts
from services.enrolment.deadlines import DEADLINES
from services.enrolment.domain import (
    calendar_feed,
    cohort,
    enrolment,
    enrolment_changes,
    facilitator,
    home,
    interest,
    places,
    placing,
    programme_version,
    registration,
    waiting,
    workshop,
    workshop_changes,
)
from services.enrolment.domain.askers import COORDINATORS, HOME, STAFF
from services.enrolment.policies import POLICIES
from services.enrolment.queries import QUERIES
from services.enrolment.views import VIEWS
from services.enrolment.views.standing import STANDING
from shared.chassis.declarations.access import ONLY_WITHIN, OWN, SIGNED_IN, may
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.service import Service
from shared.events.people import ContactCard
from shared.events.roles import COORDINATOR, FACILITATOR, MANAGER, MEMBER, REPRESENTATIVE
from shared.events.values import HOME_ZONE

PROGRAMME_VERSIONS = Aggregate(
    name="programme-version",
    path="programme-versions",
    decide=programme_version.decide,
    evolve=programme_version.evolve,
    read_by=SIGNED_IN,
    identity=programme_version.identity,
)
REGISTRATIONS = Aggregate(
    name="registration",
    path="registrations",
    decide=registration.decide,
    evolve=registration.evolve,
    read_by=ONLY_WITHIN,
    identity=registration.identity,
    across_regions=True,
)
HOMES = Aggregate(
    name="home",
    path="care-homes",
    decide=home.decide,
    evolve=home.evolve,
    read_by=STAFF | HOME,
    facts=facts.home,
    unit="home_id",
    identity=home.identity,
    reserves={home.RegisterHome: home.registration},
)
FACILITATORS = Aggregate(
    name="facilitator",
    path="facilitators",
    decide=facilitator.decide,
    evolve=facilitator.evolve,
    read_by=STAFF,
    person="person_id",
    identity=facilitator.identity,
)
COHORTS = Aggregate(
    name="cohort",
    path="cohorts",
    decide=cohort.decide,
    evolve=cohort.evolve,
    read_by=STAFF,
    facts=facts.cohort,
)
WORKSHOPS = Aggregate(
    name="workshop",
    path="workshops",
    decide=workshop.decide,
    evolve=workshop_changes.evolve,
    read_by=STAFF,
    facts=facts.workshop,
    identity=workshop.identity,
)
ENROLMENTS = Aggregate(
    name="enrolment",
    path="enrolments",
    decide=enrolment.decide,
    evolve=enrolment_changes.evolve,
    read_by=STAFF | HOME,
    facts=facts.enrolment,
    unit="home_id",
    reserves={
        placing.SubmitApplication: lambda asked, _region: home.TakePathway(
            home_id=asked.home_id, pathway=asked.pathway, enrolment_id=asked.enrolment_id
        ),
        placing.PlaceHome: lambda asked, _region: places.TakePlace(
            cohort_id=asked.cohort_id, enrolment_id=asked.enrolment_id
        ),
        waiting.AcceptPlace: lambda asked, _region: places.TakePlace(
            cohort_id=asked.cohort_id, enrolment_id=asked.enrolment_id
        ),
        waiting.JoinWaitingList: lambda asked, _region: places.TakeWaitingPlace(
            cohort_id=asked.cohort_id, enrolment_id=asked.enrolment_id
        ),
    },
)
INTERESTS = Aggregate(
    name="interest",
    path="interests",
    decide=interest.decide,
    evolve=interest.evolve,
    read_by=STAFF,
)
CALENDAR_FEEDS = Aggregate(
    name="calendar-feed",
    path="calendar-feeds",
    decide=calendar_feed.decide,
    evolve=calendar_feed.evolve,
    read_by=OWN | COORDINATORS,
    person="person_id",
    identity=calendar_feed.identity,
)
PEOPLE = CardBook(
    owner="enrolment",
    path="people",
    card=ContactCard,
    written_by=may(COORDINATOR, FACILITATOR) | may(MANAGER, REPRESENTATIVE, MEMBER, within="self"),
    read_by=may(COORDINATOR, FACILITATOR) | may(MANAGER, REPRESENTATIVE, MEMBER, within="self"),
)

SERVICE = Service(
    name="enrolment",
    aggregates=(
        PROGRAMME_VERSIONS,
        REGISTRATIONS,
        HOMES,
        FACILITATORS,
        COHORTS,
        WORKSHOPS,
        ENROLMENTS,
        INTERESTS,
        CALENDAR_FEEDS,
    ),
    policies=POLICIES,
    views=VIEWS,
    deadlines=DEADLINES,
    queries=QUERIES,
    cards=PEOPLE,
    unit_claim="homes",
    standing=STANDING,
    zone=HOME_ZONE,
    refusals_read_by=may(COORDINATOR),
)
