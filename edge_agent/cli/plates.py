"""``edge-agent plates``: the hash by which a box knows a plate, and what it reads in pictures of a vehicle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.cli.options import refusing

app: Final = typer.Typer(name="plates", no_args_is_help=True, help="Number plates: hash one, read one.")

SITE: Final = Path("site.yaml")
StateOption = Annotated[Path | None, typer.Option(help="Where the box keeps its state, instead of the site's folder.")]
SiteOption = Annotated[Path, typer.Option("--site", help="The site file of the box.")]


@app.command("hash")
def hash_plate(
    plate: Annotated[str, typer.Argument(metavar="PLATE", help="A plate, such as 苏D12345.")],
    site: SiteOption = SITE,
    state: StateOption = None,
) -> None:
    """Say by which hash this box knows a plate: for permits and the watch-list of a site with plates: hash."""
    from edge_agent.app.detect.plates import hash_of  # noqa: PLC0415 - loaded with the command
    from edge_agent.config.site.loading import load_site  # noqa: PLC0415

    with refusing():
        loaded = load_site(site, secrets_needed=False)
        typer.echo(hash_of(loaded.state if state is None else state, plate))


@app.command("read")
def read_pictures(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE…", help="Pictures of one vehicle.")],
    site: SiteOption = SITE,
) -> None:
    """Say which plate several pictures of one vehicle agree on, and what the vehicle looks like; nothing is kept."""
    from edge_agent.app.detect.plates import read_files  # noqa: PLC0415
    from edge_agent.config.site.loading import load_site  # noqa: PLC0415

    with refusing():
        read = read_files(load_site(site, secrets_needed=False), pictures)
    if read.text is None:
        typer.echo("plate: none on which two pictures agree")
    else:
        unsure = "" if read.province_sure else ", province unsure"
        typer.echo(f"plate: {read.text} ({read.confidence:.0%}, {read.looks} looks{unsure})")
    typer.echo(f"vehicle: {' '.join(part for part in (read.colour, read.body) if part) or 'not known'}")
