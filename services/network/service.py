"""The manifest of network: who stays together, who may see what of whom, and where they meet."""

from services.network import facts, policies
from services.network.deadlines import DEADLINES
from services.network.domain import gathering, interest, member
from services.network.domain.askers import ONESELF, ONESELF_AND_COORDINATORS, STAFF
from services.network.queries import DIRECTORY_EXPORT, WORDINGS_TO_READ
from services.network.views import VIEWS
from shared.chassis.declarations.access import SIGNED_IN, may
from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.declarations.cards import CardBook
from shared.chassis.declarations.service import Service
from shared.events.people import ContactCard
from shared.events.roles import COORDINATOR

MEMBERS = Aggregate(
    name="member",
    path="members",
    decide=member.decide,
    evolve=member.evolve,
    facts=facts.member,
    read_by=ONESELF_AND_COORDINATORS,
    person="person_id",
    identity=member.identity,
)
GATHERINGS = Aggregate(
    name="gathering",
    path="gatherings",
    decide=gathering.decide,
    evolve=gathering.evolve,
    facts=facts.gathering,
    read_by=SIGNED_IN,
    shows=gathering.shown,
    history_read_by=STAFF,
)

INTERESTS = Aggregate(
    name="interest",
    path="gathering-interests",
    decide=interest.decide,
    evolve=interest.evolve,
    read_by=STAFF | ONESELF,
    person="person_id",
    identity=interest.identity,
)

SERVICE = Service(
    name="network",
    aggregates=(MEMBERS, GATHERINGS, INTERESTS),
    policies=(policies.when_champion_awarded_invite_member, policies.when_gathering_attended_invite_member),
    views=VIEWS,
    deadlines=DEADLINES,
    queries=(WORDINGS_TO_READ, DIRECTORY_EXPORT),
    cards=CardBook(owner="enrolment", path="people", card=ContactCard),
    unit_claim="homes",
    refusals_read_by=may(COORDINATOR),
)
