"""``edge-agent discover``: which cameras answer in this network."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.discovery import GROUP, discovered
from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from edge_agent.core.errors import BadInputError

NOBODY = "No camera has answered. Many have ONVIF switched off, and a question to all passes no router."


def discover(
    seconds: Annotated[float, typer.Option(min=0.1, max=60, help="How long to wait for answers.")] = 3.0,
    to: Annotated[str | None, typer.Option(help="Ask this HOST or HOST:PORT instead of all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a camera.")] = False,
) -> None:
    """Ask which ONVIF cameras are in this network (WS-Discovery), and say where each is. Nothing is changed on them.

    What to write into the site file for a camera of each make: docs/cameras.md.
    """
    with refusing():
        cameras = discovered(seconds, SteadyClock.going_on(), to=GROUP if to is None else _place(to))
    for each in cameras:
        if as_json:
            show(json.dumps(asdict(each), ensure_ascii=False))
        else:
            what = " ".join(part for part in (each.name, each.hardware) if part) or "(says nothing of itself)"
            show(f"{each.host:<15}  {what}  {' '.join(each.services)}")
    if not cameras:
        show(NOBODY, err=True)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    if not host or (port and not port.isdecimal()) or not 0 < int(port or GROUP[1]) < 1 << 16:
        raise BadInputError(f"--to {text}: expected HOST or HOST:PORT")
    return host, int(port or GROUP[1])
