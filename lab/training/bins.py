"""Counts how often a closed bin is called overflowing, or the reverse, by what the agent makes of one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.events import Detection
from edge_agent.core.site.policy import Policy
from edge_agent.core.track.tracker import TrackMemory, track
from lab.training.pictures.archives import Boxes, Image, Photo
from lab.training.scoring import overlap

CLOSED, OVERFLOWING = "garbage_bin", "overflow"
APART: Mapping[str, str] = {}
ONE_BIN: Mapping[str, str] = {CLOSED: "bin", OVERFLOWING: "bin"}
_SAME = 0.5
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class States:
    """How many bins were called by their own name, how many by the other. A bin may be called both."""

    right: int
    closed_called_overflowing: int
    overflowing_called_closed: int

    @property
    def mistaken(self) -> int:
        """All that were called by the name of the other state."""
        return self.closed_called_overflowing + self.overflowing_called_closed


def states(
    detector: OnnxDetector,
    pictures: Sequence[tuple[Image, Photo]],
    names: Sequence[str],
    families: Mapping[str, str] = ONE_BIN,
) -> States:
    """Look at every picture once; `names` are the set's classes, `families` the policy's for the two labels."""
    policy, counts = Policy(kinds={}, families=dict(families)), dict.fromkeys((CLOSED, OVERFLOWING, "right"), 0)
    for image, photo in pictures:
        bins = [seen for seen in detector.detect(image) if seen.label in (CLOSED, OVERFLOWING)]
        for label, score, box in _believed(bins, policy):
            met = overlap(box[None], photo.boxes)[0] >= _SAME
            if score < policy.seeing.min_score:
                continue
            if (met & (photo.labels == names.index(label))).any():
                counts["right"] += 1
            elif (met & (photo.labels == names.index(CLOSED if label == OVERFLOWING else OVERFLOWING))).any():
                counts[label] += 1
    return States(counts["right"], counts[OVERFLOWING], counts[CLOSED])


def _believed(seen: Sequence[Detection], policy: Policy) -> list[tuple[str, float, Boxes]]:
    """What the agent's tracking takes from one look."""
    _, tracks = track(TrackMemory(), seen, _AT, policy)
    return [(t.label, t.score, np.array([t.box.x0, t.box.y0, t.box.x1, t.box.y1], np.float32)) for t in tracks]
