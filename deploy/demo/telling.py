"""Tells how the demonstration went, and how to look further."""

from rich.console import Console
from rich.table import Table

from deploy.demo.checks import Check
from deploy.demo.run import Result
from deploy.local.platform import RunningPlatform

TOLD_ALWAYS = (
    "homes accredited",
    "homes that withdrew",
    "accreditations lapsed",
    "champion awards",
    "invited to the champions' network",
    "e-mails in the sink",
    "e-mails twice for one event, recipient and template",
    "places with a personal value in clear",
)


def tell_result(result: Result, platform: RunningPlatform, console: Console, *, stays: bool) -> None:
    """Print the summary: the main figures, every check that failed, and where things lie."""
    console.print(_table([check for check in result.checks if check.name in TOLD_ALWAYS or not check.passed]))
    events = ", ".join(f"{name} {count}" for name, count in result.events.items())
    memory = ", ".join(f"{name} {count} MB" for name, count in result.megabytes.items())
    console.print(f"events: {events} (each once in its journal and on its topic)", highlight=False)
    console.print(f"memory: {memory}", highlight=False)
    requests = f"{result.requests} requests, {result.repeats} asked again"
    console.print(f"played in {result.seconds:.1f} s with {requests}", highlight=False)
    failed = sum(not check.passed for check in result.checks)
    verdict = (
        f"{failed} of {len(result.checks)} checks failed." if failed else f"All {len(result.checks)} checks passed."
    )
    console.print(verdict, style="bold red" if failed else "bold green", highlight=False)
    console.print(f"The e-mails lie in {platform.mail.folder}", highlight=False, soft_wrap=True)
    if not stays:
        console.print("Look further: ./sixsteps demo --keep (play it and stay), ./sixsteps up (start with nothing).")


def _table(checks: list[Check]) -> Table:
    table = Table("check", "expected", "found", "", title="What the services say")
    for check in checks:
        sign = "[green]yes[/]" if check.passed else "[bold red]NO[/]"
        table.add_row(check.name, str(check.expected), str(check.found), sign)
    return table
