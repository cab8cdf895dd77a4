"""`python -m deploy.cli`: what the launcher `./sixsteps` runs."""

from deploy.cli.app import app

app(prog_name="sixsteps")
