"""A slide show: pictures, each at its own time, coded as H.264 in MP4. Between two of them nothing moves."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta
    from io import BytesIO

    from av.video.stream import VideoStream

    from edge_agent.ports import Image

TICKS: Final = 90_000  # a second, as MPEG counts
OPTIONS: Final = {"preset": "veryfast", "crf": "27", "bf": "0"}


def code_slides(to: str | BytesIO, pictures: Iterable[tuple[timedelta, Image]], size: tuple[int, int]) -> int:
    """Code pictures of one ``size`` (width, height), each after so much time, to a file; returns how many.

    Raises:
        FFmpegError, OSError, ValueError: As FFmpeg does, where this build of it cannot code H.264 or write the file.
    """
    written = 0
    with av.open(to, "w", format="mp4") as container:
        stream = _stream(container.add_stream("libx264", rate=25, options=OPTIONS), size)
        for after, image in pictures:
            coded = av.VideoFrame.from_ndarray(_even(image), format="bgr24").reformat(format="yuv420p")
            coded.pts = round(after.total_seconds() * TICKS)
            coded.time_base = Fraction(1, TICKS)
            container.mux(stream.encode(coded))
            written += 1
        container.mux(stream.encode())
    return written


def _stream(stream: VideoStream, size: tuple[int, int]) -> VideoStream:
    stream.width, stream.height = (side + side % 2 for side in size)
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = Fraction(1, TICKS)
    stream.codec_context.thread_count = 1
    return stream


def _even(image: Image) -> Image:
    """H.264 as everybody plays it has even sides: an odd one gets its last line twice."""
    height, width = image.shape[:2]
    return np.asarray(cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8)
