"""What the cameras of the tests show: the sample clip as a camera would code it, and pictures made for one fault.

A sub-stream is 640 × 360, H.264, ten frames a second, a keyframe every two seconds, no B-frames.
"""

from __future__ import annotations

import wave
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_agent.ports import Image

SAMPLE: Final = Path(__file__).parents[2] / "sample_videos" / "campus_road.mp4"
SUB_STREAM: Final = (640, 360)
RATE: Final = 10
GOP: Final = 20
TICK: Final = Fraction(1, RATE)
OPTIONS: Final = {"bf": "0", "preset": "veryfast", "sc_threshold": "0", "crf": "28"}


def street(
    path: Path, *, seconds: float = 8, start: float = 0, size: tuple[int, int] = SUB_STREAM, gop: int = GOP
) -> Path:
    """The sample clip from ``start`` on, coded as a sub-stream."""
    return film(path, _street(start, round(seconds * RATE), size), gop=gop)


def still(path: Path, *, seconds: float = 8, start: float = 0, size: tuple[int, int] = SUB_STREAM) -> Path:
    """One picture of the sample clip again and again: an encoder that hangs while its network goes on."""
    (picture,) = _street(start, 1, size)
    return film(path, [picture] * round(seconds * RATE))


def flat(path: Path, *, brightness: int, seconds: float = 8, size: tuple[int, int] = SUB_STREAM) -> Path:
    """Nothing but one brightness, with a little noise: 16 is a dark camera, 235 a blinded one."""
    width, height = size
    noise = np.random.default_rng(seed=brightness)
    pictures = (
        av.VideoFrame.from_ndarray(
            np.clip(noise.normal(brightness, 1, (height, width, 3)), 0, 255).astype(np.uint8), format="rgb24"
        )
        for _ in range(round(seconds * RATE))
    )
    return film(path, pictures)


def film(path: Path, pictures: Iterable[av.VideoFrame], *, gop: int = GOP) -> Path:
    """Code the pictures as a camera would, a tenth of a second each."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=OPTIONS | {"g": str(gop), "keyint_min": str(gop)})
        stream.pix_fmt = "yuv420p"
        for n, picture in enumerate(pictures):
            if n == 0:
                stream.width, stream.height = picture.width, picture.height
            shown = picture.reformat(format="yuv420p")
            shown.pts, shown.time_base = n, TICK
            shown.pict_type = 0
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return path


def first_picture(path: Path) -> Image:
    """The first picture of a recording."""
    with av.open(str(path)) as container:
        return (
            next(container.decode(container.streams.video[0])).to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        )


def _street(start: float, frames: int, size: tuple[int, int]) -> Iterator[av.VideoFrame]:
    """So many pictures of the sample clip, at the clip's own rate of ten a second."""
    with av.open(str(SAMPLE)) as container:
        decoded = container.decode(container.streams.video[0])
        for picture in islice(decoded, round(start * RATE), round(start * RATE) + frames):
            yield picture.reformat(width=size[0], height=size[1], format="yuv420p")


def sound(path: Path) -> Path:
    """A second of silence: what a camera sends whose pictures are switched off."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000))
    return path
