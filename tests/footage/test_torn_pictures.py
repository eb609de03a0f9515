"""What a real decoder makes of pictures that never came whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from edge_agent.core.stream.reference_view import smeared
from tests.footage.test_camera_faults import CLIPS, Plane, at_second, knowing, look_at, view
from tests.pictures import SIZE

CLIP: Final = CLIPS[0]


def keyframe(plane: Plane) -> bytes:
    """The picture as one keyframe of H.264, in four slices."""
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height = SIZE
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 10)
    encoder.options = {"crf": "28", "tune": "zerolatency", "x264-params": "slices=4"}
    colours = np.full((SIZE[1] // 2, SIZE[0]), 128, np.uint8)
    frame = VideoFrame.from_ndarray(np.vstack([plane, colours]), format="yuv420p")
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def decoded(coded: bytes) -> tuple[Plane, bool]:
    """The picture that a decoder shows, and whether it says that it is damaged."""
    decoder = VideoCodecContext.create("h264", "r")
    with av.logging.Capture():
        frames = [*decoder.decode(Packet(coded)), *decoder.decode(None)]
    shown = frames[0].to_ndarray()[: SIZE[1]].astype(np.uint8, copy=False)
    return shown, frames[0].is_corrupt


@pytest.mark.parametrize(("share", "torn"), [(0.1, True), (0.3, True), (0.5, True), (0.6, False), (0.7, False)])
def test_a_torn_keyframe_is_found_by_its_looks(share: float, torn: bool) -> None:  # noqa: FBT001 - a table's column
    """The decoder tells only of those of which half is missing; the columns that it drew over the rest are enough."""
    landmarks = knowing(CLIP, 1).landmarks
    assert landmarks is not None
    coded = keyframe(view(at_second(CLIP, 3)))
    shown, damaged = decoded(coded[: round(len(coded) * share)])
    assert damaged == torn
    assert smeared(landmarks, look_at(shown))


def test_a_whole_keyframe_is_found_whole() -> None:
    """Coding by itself smears nothing."""
    landmarks = knowing(CLIP, 1).landmarks
    assert landmarks is not None
    shown, damaged = decoded(keyframe(view(at_second(CLIP, 3))))
    assert not damaged
    assert not smeared(landmarks, look_at(shown))
