"""The manifest of portfolio: what was done: evidence, reviews, sign-off, accreditation."""

from collections.abc import Mapping
from typing import Any

from services.portfolio import deadlines, facts, policies
from services.portfolio.domain import accreditation, evidence, gap, homes, portfolio, requirements
from services.portfolio.domain.askers import READERS
from services.portfolio.domain.identity import gap_of
from services.portfolio.domain.portfolio_state import Portfolio
from services.portfolio.queries.completeness import COMPLETENESS
from services.portfolio.queries.explain import EXPLAIN
from services.portfolio.queries.export import EXPORT
from services.portfolio.queries.matrix import MATRIX
from services.portfolio.queries.progress import PROGRESS
from services.portfolio.queries.reviews import REVIEWS
from services.portfolio.queries.status import STATUS
from services.portfolio.queries.todo import TODO
from services.portfolio.queries.versions import VERSIONS
from services.portfolio.views.accreditations import ACCREDITATIONS as ACCREDITATION_ROWS
from services.portfolio.views.accreditations import ACCREDITED_HOMES
from services.portfolio.views.evidence import EVIDENCE as EVIDENCE_ROWS
from services.portfolio.views.evidence import REVIEW_QUEUE
from services.portfolio.views.gaps import GAPS as GAP_ROWS
from services.portfolio.views.portfolios import PORTFOLIOS as PORTFOLIO_ROWS
from services.portfolio.views.quiet import QUIET_PORTFOLIOS
from services.portfolio.views.standing import STANDING
from shared.chassis.declarations.access import ONLY_WITHIN, SIGNED_IN, may
from shared.chassis.declarations.age import Age
from shared.chassis.declarations.aggregate import Aggregate, Attachment
from shared.chassis.declarations.service import Service
from shared.chassis.declarations.state import State
from shared.events.roles import COORDINATOR
from shared.events.values import HOME_ZONE

PICTURES_AND_TEXTS = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/plain",
    }
)
TEN_MEGABYTES = 10_000_000


def _shown(state: State) -> Mapping[str, Any]:
    """Everything it knows, sets in a steady order, so that a repeated request gets the same answer."""
    told = state.model_dump(mode="json")
    return {name: sorted(told[name]) if isinstance(value, frozenset) else told[name] for name, value in state}


def _shown_portfolio(state: Portfolio) -> Mapping[str, Any]:
    """Where it stands in one word, then everything it knows."""
    return {"status": state.status, **_shown(state)}


REQUIREMENTS = Aggregate(
    name="requirements",
    path="requirement-sets",
    decide=requirements.decide,
    evolve=requirements.evolve,
    read_by=SIGNED_IN,
)
HOMES = Aggregate(
    name="home",
    path="known-homes",
    decide=homes.decide,
    evolve=homes.evolve,
    read_by=ONLY_WITHIN,
    unit="home_id",
)
PORTFOLIOS = Aggregate(
    name="portfolio",
    path="portfolios",
    decide=portfolio.decide,
    evolve=portfolio.evolve,
    facts=facts.portfolio,
    read_by=READERS,
    unit="home_id",
    shows=_shown_portfolio,
)
EVIDENCE = Aggregate(
    name="evidence",
    path="evidence",
    decide=evidence.decide,
    evolve=evidence.evolve,
    facts=facts.evidence,
    read_by=READERS,
    unit="home_id",
    shows=_shown,
    attachment=Attachment(command=evidence.AttachFile, media_types=PICTURES_AND_TEXTS, max_bytes=TEN_MEGABYTES),
)
GAPS = Aggregate(
    name="gap",
    path="gaps",
    decide=gap.decide,
    evolve=gap.evolve,
    facts=facts.gap,
    read_by=READERS,
    unit="home_id",
    identity=lambda command, _region: gap_of(command.portfolio_id, command.requirement_key),
)
ACCREDITATIONS = Aggregate(
    name="accreditation",
    path="accreditations",
    decide=accreditation.decide,
    evolve=accreditation.evolve,
    facts=facts.accreditation,
    read_by=READERS,
    unit="home_id",
    shows=_shown,
)

SERVICE = Service(
    name="portfolio",
    aggregates=(REQUIREMENTS, HOMES, PORTFOLIOS, EVIDENCE, GAPS, ACCREDITATIONS),
    policies=(
        policies.when_programme_version_published_adopt_requirements,
        policies.when_home_enrolled_open_portfolio,
        policies.when_workshop_attended_unlock_step,
        policies.when_attendance_voided_note_void,
        policies.when_home_handed_over_hand_portfolio_over,
        policies.when_representative_confirmed_note_representative,
        policies.when_representative_ended_end_representative,
        policies.when_evidence_approved_fill_slot,
        policies.when_approval_withdrawn_reopen_slots,
        policies.when_something_happens_note_activity,
        policies.when_enrolment_withdrawn_freeze_portfolio,
        policies.when_coverage_completed_note_coverage,
        policies.when_requirement_settled_close_gap,
        policies.when_accreditation_earned_grant_accreditation,
        policies.when_basis_falls_away_put_accreditation_under_review,
        policies.when_representation_changes_note_it_in_accreditation,
        policies.when_reaccreditation_started_open_renewal,
        policies.when_renewal_earned_renew_accreditation,
        policies.when_home_registered_note_home,
    ),
    views=(
        PORTFOLIO_ROWS,
        QUIET_PORTFOLIOS,
        EVIDENCE_ROWS,
        REVIEW_QUEUE,
        GAP_ROWS,
        ACCREDITATION_ROWS,
        ACCREDITED_HOMES,
        STANDING,
    ),
    deadlines=(deadlines.REMIND, deadlines.ESCALATE, deadlines.STALL, deadlines.GAP, deadlines.RENEW, deadlines.LAPSE),
    queries=(PROGRESS, COMPLETENESS, TODO, MATRIX, EXPLAIN, VERSIONS, REVIEWS, STATUS, EXPORT),
    ages=(Age(name="review", view=REVIEW_QUEUE, since="waiting_since"),),
    unit_claim="homes",
    standing=STANDING,
    zone=HOME_ZONE,
    refusals_read_by=may(COORDINATOR),
)
