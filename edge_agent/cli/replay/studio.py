"""``edge-agent studio``: a page on which zones are drawn and tuned on recordings. It cannot act."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.app.replay.studio.serving import PageAddress, serving
from edge_agent.cli.options import SiteArgument, refusing, stopping
from edge_agent.cli.output import show
from edge_agent.config.fields.secret import Secret, chosen_secret


def studio(
    site: SiteArgument = Path("site.yaml"),
    camera: Annotated[
        str | None, typer.Option(help="The camera to begin with; that of the log, or the only one.")
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            help="What was seen is in this detection log, or in the folder of an agent's; nothing is detected."
        ),
    ] = None,
    video: Annotated[Path | None, typer.Option(help="Look at this recording instead of what the site names.")] = None,
    host: Annotated[
        str, typer.Option(help="Where to serve the page; another address than the loopback asks for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8960,
    name: Annotated[
        list[str] | None, typer.Option(help="A host name that the page may be asked by, e.g. box-01.local.")
    ] = None,
    token_env: Annotated[str | None, typer.Option(help="The environment variable that holds the token.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="The file that holds it; made anew at every start otherwise.")
    ] = None,
) -> None:
    """Open a page on which zones are drawn, tuned and saved, and cameras calibrated. Nothing is said or sent.

    Try it:  edge-agent studio site.yaml
    """
    with refusing():
        token = _token(token_env, token_file)
        address = PageAddress(host=host, port=port, names=tuple(name or ()), token=token)
        wanted = Wanted(camera=camera, log=log, video=video)
        with stopping() as stop, serving(site, wanted, address, SystemClock()) as served:
            show(f"The studio is at {served.url}")
            if served.token_made:
                show("The address holds the token of this start: it is shown once, give it to nobody else.")
            show("Ctrl+C ends it.")
            stop.wait()
            show("Ended.")


def _token(variable: str | None, file: Path | None) -> Secret | None:
    """The token that was chosen, wherever it is kept."""
    if variable is not None and file is not None:
        raise typer.BadParameter("--token-env and --token-file: expected one of them")
    if variable is not None:
        return chosen_secret("--token-env", {"env": variable}, os.environ)
    return None if file is None else chosen_secret("--token-file", {"file": str(file)}, os.environ)
