"""The manifest of network: who stays together, and who may see what of whom."""

from services.network import facts, policies, views
from services.network.deadlines import DEADLINES
from services.network.domain import member
from services.network.domain.askers import ONESELF_AND_COORDINATORS
from services.network.queries import WORDINGS_TO_READ
from shared.chassis.declarations.access import may
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

SERVICE = Service(
    name="network",
    aggregates=(MEMBERS,),
    policies=(policies.when_champion_awarded_invite_member,),
    views=(views.MEMBERS, views.DIRECTORY),
    deadlines=DEADLINES,
    queries=(WORDINGS_TO_READ,),
    cards=CardBook(owner="enrolment", path="people", card=ContactCard),
    unit_claim="homes",
    refusals_read_by=may(COORDINATOR),
)
