"""``edge-agent calibrate``: judge the points measured for a camera, and see the metres they give on its picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from edge_agent.adapters.evidence.ground_grid import save_ground
from edge_agent.adapters.video.still import read_picture
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.cli.options import refusing, span
from edge_agent.cli.output import show
from edge_agent.config.camera.calibration_file import Survey, read_survey
from edge_agent.core.errors import BadInputError
from edge_agent.core.ground.calibration import Calibration, metres_a_pixel

if TYPE_CHECKING:
    from edge_agent.ports import Image

START: Final = datetime(2000, 1, 1, tzinfo=UTC)  # of the video: any instant does
EVERY_FRAME: Final = 1000.0  # looks a second


def calibrate(
    file: Annotated[Path, typer.Argument(help="The calibration file.")],
    picture: Annotated[Path | None, typer.Option(help="Draw the metres over this picture.")] = None,
    video: Annotated[Path | None, typer.Option(help="Or over a picture of this recording.")] = None,
    at: Annotated[
        timedelta | None, typer.Option(parser=span, metavar="DURATION", help="How far into the recording, e.g. 3s.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the drawn picture goes; <camera>-metres.png if absent.")
    ] = None,
) -> None:
    """Say how well each pair of points fits, left out in turn, and whether the calibration can be believed.

    Exits with 1 where it cannot; the picture is drawn all the same, to show what is wrong.
    """
    _refuse_odd(picture, video, at, out)
    with refusing():
        survey = read_survey(file)
        calibration = survey.fitted()
        Console().print(_table(survey, calibration))
        image = _image(picture, video, at or timedelta(0))
        if image is not None:
            drawn = out or Path(f"{survey.file.camera}-metres.png")
            save_ground(drawn, image, calibration, survey.pairs)
            show(f"A line each metre, a bold one every five, as far as it is believed: {drawn}")
        survey.refuse_bad(calibration)
        show(_verdict(survey, calibration))


def _refuse_odd(picture: Path | None, video: Path | None, at: timedelta | None, out: Path | None) -> None:
    if picture is not None and video is not None:
        raise typer.BadParameter("--picture and --video: expected one of them")
    if at is not None and video is None:
        raise typer.BadParameter("--at: expected --video, whose picture it names")
    if out is not None and picture is None and video is None:
        raise typer.BadParameter("--out: expected --picture or --video, to be drawn over")


def _table(survey: Survey, calibration: Calibration) -> Table:
    title = f"{survey.file.camera}, measured {survey.file.date}, {survey.file.crs}"
    table = Table(title=title, title_justify="left")
    for column in ("pair", "in the picture", "on the ground", "residual", "left out", "limit", "verdict"):
        table.add_column(column, justify="right")
    rows = zip(survey.file.pairs, survey.pairs, calibration.errors, strict=True)
    for number, (entry, pair, error) in enumerate(rows, 1):
        place = entry.lonlat
        table.add_row(
            str(number),
            f"{pair.image.x:.4f} {pair.image.y:.4f}",
            f"{pair.ground.east:.2f} {pair.ground.north:.2f}" if place is None else f"{place.lon:.7f} {place.lat:.7f}",
            f"{error.residual_m:.2f} m",
            f"{error.left_out_m:.2f} m",
            f"{error.limit_m:.2f} m",
            "too far" if error.too_large else "good",
        )
    return table


def _verdict(survey: Survey, calibration: Calibration) -> str:
    pixels = [metres_a_pixel(calibration, pair.image) for pair in survey.pairs]
    known = [pixel for pixel in pixels if pixel is not None]
    return (
        f"Can be believed: left out at most {calibration.left_out_m:.2f} m, rms {calibration.rms_m:.2f} m; "
        f"a pixel is {min(known):.3f} to {max(known):.3f} m at the pairs."
    )


def _image(picture: Path | None, video: Path | None, at: timedelta) -> Image | None:
    if picture is not None:
        return read_picture(picture)
    return None if video is None else _frame(video, at)


def _frame(video: Path, at: timedelta) -> Image:
    """The first picture of ``video`` at or after ``at``."""
    just_before = START + at - timedelta(microseconds=1)
    source = VideoFile(video, started=START, looks_per_second=EVERY_FRAME, skip_to=just_before)
    frame = next(source.frames(), None)
    if frame is None:
        raise BadInputError(f"{video}: lasts {source.duration.total_seconds():.1f} s, expected --at before its end")
    return frame.image
