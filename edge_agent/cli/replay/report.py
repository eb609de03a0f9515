"""``edge-agent report``: a replay as one page that a person can send to a colleague. It cannot act."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.adapters.reports.page import page
from edge_agent.app.replay.annotated_video import annotate
from edge_agent.app.replay.report import Material, sheet_of
from edge_agent.app.replay.stories import camera_logs
from edge_agent.cli.options import SiteOption, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import OutsideError


class ReportLanguage(StrEnum):
    """Which language a page shows first; it holds both."""

    CHINESE = "zh"
    ENGLISH = "en"
    BOTH = "both"


BOTH: Final = ReportLanguage.BOTH


def report(
    log: Annotated[Path, typer.Option(help="The detection log, or the folder in which a live agent keeps its logs.")],
    video: Annotated[Path | None, typer.Option(help="The recording that was detected, for pictures.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="What really happened in it (*.truth.yaml), for the figures.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Whose log; the only one if there is one.")] = None,
    site: SiteOption = Path("site.yaml"),
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
    annotated: Annotated[
        Path | None, typer.Option(help="Also write the looked-at pictures as a video (MP4) with what was counted.")
    ] = None,
    people_visible: Annotated[
        bool, typer.Option("--people-visible", help="Leave people in the pictures as they are; pixelated otherwise.")
    ] = False,
    language: Annotated[ReportLanguage, typer.Option(help="What is shown first; the page holds both.")] = BOTH,
) -> None:
    """Write what a replay came to as one self-contained HTML file: timeline, pictures, explanations, figures, settings.

    The log is folded by the zones as they are now; nothing is said or sent. The page needs neither network nor script.

    Try it:  edge-agent report --log campus.detections.jsonl --video sample_videos/campus_road.mp4
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        name, logs = camera_logs(loaded, log, camera)
        material = Material(
            loaded=loaded, camera=name, logs=logs, video=video, truth=truth, people_visible=people_visible
        )
        sheet = sheet_of(material)
        text = page(sheet, language).encode()
        try:
            write_whole(out, text)
        except OSError as error:
            raise OutsideError(f"{out}: cannot be written: {error.strerror}") from error
        if annotated is not None:
            show(f"{annotated}: {annotate(material, annotated)} looks")
        near = sum(story.near_miss for story in sheet.stories)
        summary = f"{len(sheet.stories) - near} incidents, {near} near misses, {len(sheet.pictures)} pictures"
        show(f"{out}: {summary}, {len(text) / 1e6:.1f} MB")
