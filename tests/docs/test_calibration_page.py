"""``docs/calibration.md`` shows what the command really prints, and the limits that really hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import av
import numpy as np
import pytest
from av.filter import Graph
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.core.geometry import Point
from edge_agent.core.ground.calibration import BELIEVED, FAR_LIMIT_M, LIMIT_M, NEAR_M
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import MIN_PAIRS
from edge_agent.core.incident.grouping import CLUSTER_M
from edge_agent.core.track.metric_overlap import ACROSS, ALIKE, BORDER, COARSE_M, DOWN, MOVED_M, SIGMAS, STILL_M
from tests.architecture import ROOT
from tests.docs.pages import fences, text

PAGE: Final = text("docs/calibration.md")
COLUMNS: Final = {"COLUMNS": "110"}


def test_the_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    """Line by line, from the very file on the page."""
    path = tmp_path / "sample.yaml"
    path.write_text(fences(PAGE, "yaml")[0], encoding="utf-8")
    result = CliRunner(env=COLUMNS).invoke(app, ["calibrate", str(path)])
    assert [line.rstrip() for line in result.stdout.splitlines()] == fences(PAGE, "")[0].splitlines()


def test_the_limits_are_those_of_the_core() -> None:
    """As numbers in its sentences."""
    assert f"The limit is {LIMIT_M:g} m within {NEAR_M:g} m of the foot." in PAGE
    assert f"up to {FAR_LIMIT_M:g} m." in PAGE
    assert (BELIEVED, MIN_PAIRS) == (0.2, 6)
    assert "a fifth around it" in PAGE
    assert "fewer than six points" in PAGE


def test_what_metres_decide_is_what_the_core_asks() -> None:
    """As numbers in its sentences."""
    for limit in (STILL_M, MOVED_M):
        assert f"not more than {limit:g} m off" in PAGE
    assert f"within {CLUSTER_M:g} m, from where one touches the ground" in PAGE
    assert f"where {SIGMAS:g} σ are more than {COARSE_M:g} m" in PAGE
    assert f"σ is {DOWN:.1%} of the box's height".replace("%", " %") in PAGE
    assert f"{ACROSS:.0%} of its width".replace("%", " %") in PAGE
    assert f"within {BORDER:.1%} of the picture's border".replace("%", " %") in PAGE
    assert f"a factor of {ALIKE:g} in area" in PAGE


def test_the_picture_is_there() -> None:
    """The one that the page shows."""
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert (ROOT / "docs" / name).is_file()


def straightened(lens: Lens, spot: tuple[int, int]) -> tuple[float, float]:
    """Where FFmpeg's filter, told the numbers of ``lens``, puts a bright spot of a dark picture."""
    width, height = lens.size
    picture = np.zeros((height, width), np.uint8)
    picture[spot[1] - 3 : spot[1] + 4, spot[0] - 3 : spot[0] + 4] = 255
    graph = Graph()
    source = graph.add_buffer(width=width, height=height, format="gray", time_base="1/25")  # type: ignore[arg-type]
    filtering = graph.add("lenscorrection", f"k1={lens.k1}:k2={lens.k2}:i=bilinear")
    sink = graph.add("buffersink")
    source.link_to(filtering)
    filtering.link_to(sink)
    graph.configure()
    frame = av.VideoFrame.from_ndarray(picture, format="gray")
    frame.pts = 0
    graph.push(frame)
    pulled = graph.pull()
    assert isinstance(pulled, av.VideoFrame)
    rows, columns = np.nonzero(pulled.to_ndarray() > 60)
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize("spot", [(200, 100), (1100, 600), (640, 650), (100, 360)])
def test_ffmpeg_draws_straight_what_the_core_takes_for_straight(spot: tuple[int, int]) -> None:
    """With the same k1 and k2, to a pixel."""
    lens = Lens(size=(1280, 720), k1=-0.1, k2=0.02)
    offset = lens.straight(Point(spot[0] / 1280, spot[1] / 720))
    assert offset is not None
    x, y = straightened(lens, spot)
    assert offset[0] * lens.half_diagonal + 640 == pytest.approx(x, abs=1)
    assert offset[1] * lens.half_diagonal + 360 == pytest.approx(y, abs=1)
