"""``edge-agent schema``: write the JSON Schemas that editors use, and the contract of the feed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edge_agent.app.feed.contract import asyncapi_text
from edge_agent.cli.output import show
from edge_agent.config.schemas import schema_texts
from edge_agent.config.wire.feed_schemas import feed_schema_texts


def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("docs/schemas"),
    feed: Annotated[Path | None, typer.Option(help="Where to write the contract of the feed, too.")] = None,
) -> None:
    """Write the JSON Schemas of site, zone and policy files, for editors that complete what you type."""
    _write(folder, schema_texts())
    if feed is not None:
        _write(feed / "schemas", feed_schema_texts())
        _write(feed, {"asyncapi.yaml": asyncapi_text()})


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        show(f"Wrote {folder / name}")
