"""A stream whose offer does not say how it is coded is known by the first keyframe that does."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from edge_agent.adapters.rtsp.pictures import learnt
from edge_agent.core.stream.pictures import StreamFormat

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.stream import VideoStream


@pytest.mark.parametrize(("codec", "coder"), [("h264", "libx264"), ("hevc", "libx265")])
def test_a_keyframe_tells_how_the_stream_is_coded(tmp_path: Path, codec: str, coder: str) -> None:
    """Its parameter sets and its size; a packet without them changes nothing, nor one of a stream that is known."""
    path = tmp_path / f"clip.{codec}"
    with av.open(str(path), "w", format=codec) as made:
        stream = cast("VideoStream", made.add_stream(coder, rate=10))
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        quiet = {"x265-params": "log-level=none"} if codec == "hevc" else {}
        stream.options = {"preset": "ultrafast", **quiet}
        for n in range(5):
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((180, 320, 3), 40 * n, np.uint8), "bgr24")))
        made.mux(stream.encode())
    unknown = StreamFormat(codec=codec, parameters=b"", size=(0, 0), time_base=Fraction(1, 90_000))
    with av.open(str(path)) as source:
        keyframe, other, *_ = (packet for packet in source.demux(video=0) if packet.size)
        known = learnt(unknown, keyframe)
        assert known.size == (320, 180)
        assert known.parameters.startswith(b"\0\0\0\1")
        assert known.parameters[4:12] in bytes(keyframe)
        assert learnt(unknown, other) is unknown
        assert learnt(known, keyframe) is known
