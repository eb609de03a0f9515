"""``edge-agent permits``: the permits of a site, taken out as a table and put in again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.cli.options import refusing
from edge_agent.cli.output import show
from edge_agent.config.permit.permit_register import drafts_with, rows_of
from edge_agent.config.permit.permit_rows import csv_text, geojson_text, read_csv, read_geojson
from edge_agent.config.site.loading import load_site
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, OutsideError

app: Final = typer.Typer(
    name="permits", no_args_is_help=True, help="Permits as a table (CSV or GeoJSON): import, export."
)
SITE: Final = Path("site.yaml")
SiteOption = Annotated[Path, typer.Option("--site", help="The site file.")]


class Format(StrEnum):
    """How a table is written; the ending of its name says which."""

    CSV = "csv"
    GEOJSON = "geojson"


def _format(path: Path) -> Format:
    match path.suffix.lower():
        case ".csv":
            return Format.CSV
        case ".geojson" | ".json":
            return Format.GEOJSON
        case other:
            raise BadInputError(f"{path}: found the ending '{other}', expected .csv or .geojson")


@app.command("export")
def export_permits(
    file: Annotated[Path, typer.Argument(help="The table to write, .csv or .geojson.")],
    site: SiteOption = SITE,
) -> None:
    """Write every permit of the zone files as a row, with its outline in degrees where its camera is calibrated."""
    with refusing():
        rows = rows_of(site, load_site(site, secrets_needed=False))
        text = geojson_text(rows) if _format(file) is Format.GEOJSON else "\ufeff" + csv_text(rows)
        try:
            file.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise OutsideError(f"{file}: cannot be written: {error.strerror}") from error
    show(f"{len(rows)} permits written to {file}")


@app.command("import")
def import_permits(
    file: Annotated[Path, typer.Argument(help="The table to read, .csv or .geojson.")],
    site: SiteOption = SITE,
    crs: Annotated[
        str | None, typer.Option(help="What its degrees are: EPSG:4490, EPSG:4326, or GCJ-02 of Chinese web maps.")
    ] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Judge it, and write nothing.")] = False,
) -> None:
    """Put the permits of a table into the zone files: all of them or nothing, each judged as check judges it.

    A permit with an id that is there already takes its place; others stay.
    """
    with refusing():
        try:
            text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"{file}: cannot be read as UTF-8 text: {error}") from error
        table = read_geojson(text, str(file)) if _format(file) is Format.GEOJSON else read_csv(text, str(file))
        drafts = drafts_with(site, load_site(site, secrets_needed=False), table, crs=crs)
        load_site(site, secrets_needed=False, drafts=drafts)
        if not dry:
            for path, draft in drafts.items():
                write_whole(path, draft.encode())
    verb = "would be" if dry else "are"
    show(f"{len(table.rows)} permits read, {len(drafts)} files {verb} changed")
