"""The manifest: what can be reached says who may, and what only policies ask stays within."""

from services.portfolio.service import EVIDENCE, PORTFOLIOS, SERVICE
from shared.chassis.http.declared import check
from tests.unit.portfolio.given import OPENED, READY, portfolio

WITHIN = {
    "AdoptRequirements",
    "OpenPortfolio",
    "UnlockStep",
    "NoteRepresentative",
    "EndRepresentative",
    "FillSlot",
    "NoteCoverage",
    "GrantAccreditation",
    "LapseAccreditation",
    "FreezePortfolio",
    "HandPortfolioOver",
    "NoteStandstill",
    "NoteActivity",
    "NoteVoid",
    "ReopenSlots",
    "NoteReviewOverdue",
    "NoteHome",
    "CloseGap",
    "NoteGapOverdue",
    "OpenRenewal",
    "RemindOfRenewal",
    "RenewAccreditation",
    "PutUnderReview",
    "NoteRepresentation",
}


def test_the_service_may_start() -> None:
    check(SERVICE)


def test_what_only_policies_and_deadlines_ask_cannot_be_asked_from_outside() -> None:
    commands = [command for row in SERVICE.aggregates for command in row.commands]
    assert {command.__name__ for command in commands if command.asked_by.internal} == WITHIN


def test_files_are_papers_and_pictures_of_ten_megabytes_at_most() -> None:
    assert EVIDENCE.attachment is not None
    assert EVIDENCE.attachment.max_bytes == 10_000_000
    assert {"application/pdf", "image/png", "text/plain"} < EVIDENCE.attachment.media_types


def test_a_portfolio_shows_its_status_and_its_sets_in_a_steady_order() -> None:
    assert PORTFOLIOS.shows is not None
    many = OPENED.model_copy(update={"representative_person_ids": ("c", "a", "b")})
    shown = PORTFOLIOS.shows(portfolio.given(many, READY).state)
    assert (shown["status"], shown["representatives"]) == ("ready", ["a", "b", "c"])
