"""Commands: all of them, in the order in which somebody new needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from edge_agent import __version__
from edge_agent.cli.check import check
from edge_agent.cli.demo import demo
from edge_agent.cli.models import app as models
from edge_agent.cli.replay import replay_command
from edge_agent.cli.run import run
from edge_agent.cli.schema import schema
from edge_agent.cli.watch import watch

app = typer.Typer(
    name="edge-agent",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(
        "Watches street cameras for four things (illegal parking, stalls where none may stand, trading out of the "
        "store, exposed garbage), asks people to put them right three times, five minutes apart, and only then opens "
        "a work order. Everything it says is a lead for a person to judge."
    ),
    epilog="Start with: edge-agent demo    Then: edge-agent check site.yaml, edge-agent replay YOUR_VIDEO",
)
app.command()(demo)
app.command()(check)
app.command("replay")(replay_command)
app.command()(run)
app.command()(watch)
app.add_typer(models, name="models")
app.command(hidden=True)(schema)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False) -> None:
    """Say the version where asked."""
    if show:
        typer.echo(f"edge-agent {__version__}")
        raise typer.Exit
