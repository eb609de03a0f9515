"""Pictures out of a video file, by media time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from lab.training.pictures.archives import Image

_SLACK_S = 1e-3  # a timestamp is a rounded fraction


def video_frames(path: Path, every_s: float, *, first_s: float = 0.0) -> Iterator[Image]:
    """Pictures of a video, BGR, from `first_s` on one each `every_s` seconds of media time."""
    due = first_s
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= due - _SLACK_S:
                due += every_s
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
