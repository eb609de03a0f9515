"""``edge-agent look``: a picture of a camera with its zones, to draw them by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.evidence.scene import save_scene
from edge_agent.app.stream.recording import one_look
from edge_agent.cli.options import SiteArgument, chosen_camera, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site


def look(
    site: SiteArgument = Path("site.yaml"),
    camera: Annotated[str | None, typer.Option(help="Which camera; the only one if there is one.")] = None,
    out: Annotated[Path, typer.Option(help="The JPEG to write.")] = Path("look.jpg"),
) -> None:
    """Take one picture of a camera and draw on it: its zones, what the detector sees, and a grid to read places from.

    The grid is marked in fractions of the picture, as zone files say them: x to the right, y down.
    """
    with refusing():
        loaded = load_site(site)
        chosen = chosen_camera(loaded, camera)
        image, detections = one_look(loaded, chosen, SystemClock())
        believed = loaded.site.policy.seeing.min_score
        save_scene(out, image, loaded.site.zones_of(chosen), detections, believed, grid=True)
        height, width = image.shape[:2]
        seen = sum(1 for detection in detections if detection.score >= believed)
        show(f"{out}: camera {chosen}, {width}x{height}, {seen} things seen")
