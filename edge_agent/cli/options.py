"""Options that several commands share, each described once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.config.durations import parse_duration


def span(text: str | timedelta) -> timedelta:
    """A duration given on the command line."""
    if isinstance(text, timedelta):
        return text
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


SiteOption = Annotated[Path, typer.Option(help="The site file.")]
LoopOption = Annotated[
    timedelta | None,
    typer.Option(parser=span, metavar="DURATION", help="Play the recording again and again for this long, e.g. 17m."),
]
SiteArgument = Annotated[Path, typer.Argument(help="The site file.")]
