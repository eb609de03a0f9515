"""The sample clip, looped, through the shipped model: exactly the incidents of its truth file, and none besides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from edge_agent.config.truth_file import read_truth
from edge_agent.core.geometry import Box, iou
from edge_agent.core.score.truth import TrueIncident
from tests.architecture import ROOT
from tests.footage.commands import Told, begun, events_in, output_of

CLIP: Final = ROOT / "sample_videos" / "campus_road.mp4"
TRUTH: Final = CLIP.with_suffix(".truth.yaml")
SITE: Final = ROOT / "site.yaml"
LOOPED: Final = "3m"
SAME_PLACE: Final = 0.5  # intersection over union


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay of the footage printed, and the log it kept."""

    output: str
    log: Path


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The one pass over the pictures that the tests share."""
    log = tmp_path_factory.mktemp("replayed") / "campus.detections.jsonl"
    words = ("--site", SITE, "--loop", LOOPED, "--detections", log, "--json")
    return Replayed(output_of("replay", CLIP, *words), log)


def shows(result: Told, real: TrueIncident) -> bool:
    """Whether an incident is the one that really happened."""
    same_matter = (result["kind"], result["zone"]) == (real.kind, real.zone)
    return same_matter and real.box is not None and iou(Box(*result["box"]), real.box) >= SAME_PLACE


def test_what_happens_is_told_and_nothing_else(replayed: Replayed) -> None:
    """One incident for each of the truth file, of its kind, in its zone and place; none for those who walk by."""
    incidents, real = begun(events_in(replayed.output)), read_truth(TRUTH).incidents
    assert len(incidents) == len(real) >= 1
    assert all(sum(shows(result, each) for result in incidents) == 1 for each in real), (incidents, real)


def test_the_van_is_warned_once_in_three_minutes(replayed: Replayed) -> None:
    """It stands from the first look: after a minute it is told and asked to leave, the next warning is not yet due."""
    events = events_in(replayed.output)
    assert [event["type"] for event in events] == ["incident.opened", "incident.warned"]
    assert 60 <= events[0]["dwell_s"] <= 62


def test_the_log_of_it_tells_the_same_bytes(replayed: Replayed) -> None:
    """Folding what was detected is the same as detecting it again."""
    assert output_of("replay", "--log", replayed.log, "--site", SITE, "--json") == replayed.output
