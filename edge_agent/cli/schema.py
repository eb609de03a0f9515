"""``edge-agent schema``: write the JSON Schemas that editors use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edge_agent.config.schemas import schema_texts


def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("docs/schemas"),
) -> None:
    """Write the JSON Schemas of site, zone and policy files, for editors that complete what you type."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")
        typer.echo(f"Wrote {folder / name}")
