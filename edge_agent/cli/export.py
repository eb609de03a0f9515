"""``edge-agent export``: what people confirmed and rejected, as a data set that a detector can be trained with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.cli.options import refusing
from edge_agent.core.errors import BadInputError


def export(
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write the data set: a new folder.")],
    site: Annotated[Path, typer.Option("--site", help="The site file of the box.")] = Path("site.yaml"),
    state: Annotated[Path | None, typer.Option(help="The state to read, instead of the site's folder.")] = None,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="What people of the centre have confirmed and rejected.")
    ] = False,
) -> None:
    """Write a data set in YOLO's and in COCO's form, with redacted pictures of the evidence; also while an agent runs.

    What was confirmed keeps its labels. What was rejected because it is not there, or is something else, is a picture
    without that label: a negative. Rejected for another reason it says nothing of the detector, and is left out.

    Train with it:  make finetune DATA=FOLDER/data.yaml NAME=city
    """
    from edge_agent.app.evidence.reviewed import export_reviewed  # noqa: PLC0415 - refusing needs no pictures
    from edge_agent.config.site.loading import load_site  # noqa: PLC0415

    with refusing():
        if not reviewed:
            raise BadInputError("export: expected --reviewed, the only thing there is to export")
        loaded = load_site(site, secrets_needed=False)
        if state is not None:
            loaded = replace(loaded, state=state)
        if not loaded.state.is_dir():
            raise BadInputError(f"state {loaded.state}: found none, expected that edge-agent run has been started once")
        written = export_reviewed(loaded, out)
        judged = ", ".join(f"{count} {word}" for word, count in sorted(written.judged.items()))
        boxes = ", ".join(f"{count} {label}" for label, count in sorted(written.boxes.items())) or "none"
        parts = ", ".join(f"{count} {part}" for part, count in sorted(written.pictures.items()))
        typer.echo(f"{out}: incidents: {judged}; pictures: {parts}, {written.negatives} of them without a label")
        typer.echo(f"labels: {boxes}")
        for why, count in sorted(written.left_out.items()):
            typer.echo(f"left out: {count}, {why}")
