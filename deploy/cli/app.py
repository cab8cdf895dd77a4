"""The command line `./sixsteps`: one module per command, gathered here.

To add a command: write `deploy/cli/<command>.py` with `commands = typer.Typer()` and a function under
`@commands.command()` whose docstring is its help, then name the module in the import and in PARTS. A group
(`ops parked`, `ops replay`) is the same with `commands = typer.Typer(name="ops", help=…)`. What is slow to
import is imported inside the function, so that every other command stays quick. Leave with a code of
`deploy.cli.codes`; offer `--json` where a program may want to read the answer.
"""

import typer

from deploy.cli import bench, check, contracts, demo, ops, run, soak, stack, test, token, topics, up

PARTS = (demo, up, check, contracts, test, bench, soak, stack, run, topics, token, ops)

HELP = """Six Steps: who takes part, what was done, who stays together, who is told.

Exit codes: 0 all is well; 1 a check failed; 2 wrong usage; 3 something needed cannot be reached.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
for part in PARTS:
    app.add_typer(part.commands)
