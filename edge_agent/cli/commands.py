"""Commands: all of them, in the order in which somebody new needs them.

A command is loaded when it is asked for: folding a log must not wait for the detector, the broker and the decoder.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.core import TyperCommand, TyperGroup

from edge_agent import __version__
from edge_agent.core.errors import Bug

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS: Final = {
    "demo": "demo:demo",
    "init": "setting_up.init:init",
    "discover": "setting_up.discover:discover",
    "check": "setting_up.check:check",
    "look": "setting_up.look:look",
    "studio": "replay.studio:studio",
    "teach": "teach:app",
    "doctor": "setting_up.check:doctor",
    "permits": "setting_up.permits:app",
    "calibrate": "setting_up.calibrate:calibrate",
    "replay": "replay.replay:replay_command",
    "explain": "explain:explain",
    "report": "replay.report:report",
    "score": "replay.score:score_command",
    "tune": "replay.tune:tune",
    "run": "run:run",
    "watch": "feed.watch:watch",
    "command": "feed.command:command",
    "say": "say:say",
    "voice": "setting_up.voice:voice",
    "stats": "stats:stats",
    "evidence": "evidence:app",
    "export": "export:export",
    "plates": "plates:app",
    "models": "setting_up.models:app",
    "bench": "setting_up.bench:bench",
    "schema": "schema:schema",
}
HIDDEN: Final = frozenset({"schema"})


class Commands(TyperGroup):
    """The commands by name, each imported on its first use."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the same in every context
        """The names that help shows."""
        return [name for name in COMMANDS if name not in HIDDEN]

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002
        """The command of that name, or None."""
        return loaded(cmd_name) if cmd_name in COMMANDS else None


def loaded(name: str) -> TyperCommand | TyperGroup:
    """Import one command."""
    module, attribute = COMMANDS[name].split(":")
    loaded_attribute = getattr(_lasting(f"edge_agent.cli.{module}"), attribute)
    if not isinstance(loaded_attribute, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(loaded_attribute)
        loaded_attribute = single
    command = typer.main.get_command(loaded_attribute)
    if not isinstance(command, TyperCommand | TyperGroup):
        raise Bug(f"command {name}: expected one of typer's, got {type(command).__name__}")
    command.name = name
    return command


def _lasting(module: str) -> ModuleType:
    """Import a module; what it makes stays for as long as the box runs, so the collector need never go through it."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


app = typer.Typer(
    name="edge-agent",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(
        "Watches street cameras for four things (illegal parking, stalls where none may stand, trading out of the "
        "store, exposed garbage), asks people to put them right three times, five minutes apart, and only then opens "
        "a work order. Everything it says is a lead for a person to judge."
    ),
    epilog="Start with: edge-agent demo    Then: edge-agent init my-site, edge-agent replay YOUR_VIDEO",
)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False) -> None:
    """Say the version where asked."""
    if show:
        typer.echo(f"edge-agent {__version__}")
        raise typer.Exit
