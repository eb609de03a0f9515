"""``edge-agent evidence``: what is kept of each incident, sealed, handed out, verified, and held against deletion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from edge_agent.cli.options import SiteArgument, refusing
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.app.evidence.archive import Archive

app: Final = typer.Typer(
    name="evidence", no_args_is_help=True, help="Sealed evidence: list, export, verify, hold, release."
)

SiteOption = Annotated[Path, typer.Option("--site", help="The site file of the box.")]
StateOption = Annotated[Path | None, typer.Option(help="The state to read, instead of the site's folder.")]
Incident = Annotated[str, typer.Argument(metavar="INC", help="The id of an incident, as list shows it.")]
SITE: Final = Path("site.yaml")


@app.command("list")
def list_evidence(site: SiteArgument = SITE, state: StateOption = None) -> None:
    """Say of which incidents there is evidence, how much, whether all of it is sealed, and whether it is held."""
    from rich.console import Console  # noqa: PLC0415 - verifying needs no table
    from rich.table import Table  # noqa: PLC0415

    with refusing():
        bundles = _archive(site, state).listed()
    table = Table(title="Evidence", title_justify="left")
    for column in ("incident", "files", "bytes", "number", "sealed", "held"):
        table.add_column(column, no_wrap=column == "incident")
    for each in bundles:
        number = "–" if each.number is None else str(each.number)
        row = (each.incident, str(each.files), str(each.bytes), number, each.sealed or "no", "yes" if each.held else "")
        table.add_row(*row)
    Console().print(table)


@app.command()
def export(
    incident: Incident,
    site: SiteOption = SITE,
    state: StateOption = None,
    out: Annotated[Path | None, typer.Option(help="The bundle to write; INC.zip by default.")] = None,
    original: Annotated[
        str | None, typer.Option(metavar="WHOM", help="With the originals, for somebody whom privacy.originals names.")
    ] = None,
) -> None:
    """Write what there is of an incident as one sealed bundle, redacted; also while an agent runs."""
    with refusing():
        path = out or Path(f"{incident}.zip")
        exported = _archive(site, state).export(incident, path, original_for=original)
        for check in exported.manifest.checks:
            typer.echo(f"{check.standard} {check.name}: {'met' if check.met else 'not met'}, {check.found}")
        files, back = len(exported.manifest.files), len(exported.withheld)
        note = f", {back} originals kept back" if back else ""
        typer.echo(f"{path}: {files - back} files, number {exported.manifest.chain.number}{note}")
        typer.echo(f"verify it with: edge-agent evidence verify {path} --key {exported.public}")


@app.command()
def verify(
    bundles: Annotated[list[Path], typer.Argument(metavar="BUNDLE...", help="Bundles of one box, packed or unpacked.")],
    key: Annotated[Path, typer.Option(help="The public key of the box, in PEM.")],
) -> None:
    """Hold bundles against a public key, and several against each other; needs no network, no site and no state."""
    from edge_agent.app.evidence.verifying import verify_bundles  # noqa: PLC0415

    with refusing():
        for path, verdict in verify_bundles(bundles, key):
            manifest = verdict.manifest
            files = len(manifest.files) - len(verdict.withheld)
            whole = f"{files} files and {len(manifest.events)} events are as sealed at {manifest.sealed}"
            note = f", {len(verdict.withheld)} originals kept back" if verdict.withheld else ""
            chain = f"number {manifest.chain.number} of {manifest.agent}{note}"
            typer.echo(f"{path}: {manifest.incident}: {whole}, {chain}")


@app.command()
def hold(incident: Incident, site: SiteOption = SITE, state: StateOption = None) -> None:
    """Keep the evidence of an incident, however old it is and however little room there is, until it is released."""
    with refusing():
        _archive(site, state).hold(incident)
        typer.echo(f"{incident}: held")


@app.command()
def release(incident: Incident, site: SiteOption = SITE, state: StateOption = None) -> None:
    """Let the evidence of an incident go when its time has come."""
    with refusing():
        was = _archive(site, state).release(incident)
        typer.echo(f"{incident}: {'released' if was else 'was not held'}")


def _archive(site: Path, state: Path | None) -> Archive:
    from edge_agent.app.evidence.archive import archive_of  # noqa: PLC0415 - verifying loads nothing of a site
    from edge_agent.config.site.loading import load_site  # noqa: PLC0415

    loaded = load_site(site, secrets_needed=False)
    if state is not None:
        loaded = replace(loaded, state=state)
    if not loaded.state.is_dir():
        raise BadInputError(f"state {loaded.state}: found none, expected that edge-agent run has been started once")
    return archive_of(loaded)
