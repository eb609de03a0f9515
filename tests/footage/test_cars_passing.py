"""Cars pass and none stops: a no-parking zone over the whole picture must stay silent.

Runs where the footage is (`EDGE_AGENT_DATA=<folder>`, else beside the clone); it is not part of the project.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from edge_agent.adapters.detection_log import read_events
from edge_agent.core.events import FrameSeen
from edge_agent.core.track.settings import Seeing
from tests.architecture import ROOT
from tests.footage.commands import SITE, output_of

DATA: Final = Path(os.environ.get("EDGE_AGENT_DATA", ROOT.parent / "shared" / "data"))
CLIP: Final = DATA / "videos" / "car-detection.mp4"
pytestmark = pytest.mark.skipif(not CLIP.is_file(), reason="the footage is not here (EDGE_AGENT_DATA=<folder>)")

DWELLS: Final = ("0s", "3s", "10s", "30s", "60s")  # the shipped policy waits for 60 s
ZONES: Final = """\
version: 1
camera: road
zones:
  - id: road
    polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
    kinds: {{illegal_parking: {{dwell: {dwell}}}}}
"""


def site_in(folder: Path, *, rate: int, dwell: str) -> Path:
    """A site with one zone over everything the camera sees."""
    (folder / "site.yaml").write_text(SITE.format(model=ROOT / "models" / "street.onnx", clip=CLIP, rate=rate))
    (folder / "zones.yaml").write_text(ZONES.format(dwell=dwell))
    return folder / "site.yaml"


def vehicles_in(log: Path) -> int:
    """In how many looks a vehicle was seen, surely enough to be followed."""
    wanted = {"car", "van", "truck", "bus"}
    return sum(
        any(seen.label in wanted and seen.score >= Seeing().min_score for seen in event.detections)
        for event in read_events(log)
        if isinstance(event, FrameSeen)
    )


@pytest.mark.parametrize("rate", [1, 5])
def test_cars_that_pass_are_no_incident(tmp_path: Path, rate: int) -> None:
    """Seen, and all the same nothing is told, however short the zone's patience, shown once or round and round."""
    log = tmp_path / "road.detections.jsonl"
    site = site_in(tmp_path, rate=rate, dwell="60s")
    looped = ("--loop", "2m") if rate == 1 else ()
    assert output_of("replay", CLIP, "--site", site, "--detections", log, "--json", *looped) == ""
    assert vehicles_in(log) >= 5, "the cars must be seen, or the silence says nothing"
    for dwell in DWELLS:
        output = output_of("replay", "--log", log, "--site", site_in(tmp_path, rate=rate, dwell=dwell), "--json")
        assert output == "", f"with a dwell of {dwell}"
