"""What a look does not need is not decoded, and the looks are the same, to the byte, as if everything were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge_agent.adapters.video.video_file import VideoFile

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
SIZE = (96, 64)
RATE = 25
CODINGS = {
    "none": "bframes=0:keyint=20:min-keyint=20:scenecut=0",
    "plain": "bframes=3:b-adapt=0:b-pyramid=none:keyint=24:min-keyint=24:scenecut=0",
    "pyramid": "bframes=7:b-adapt=0:b-pyramid=normal:ref=5:keyint=40:min-keyint=40:scenecut=0",
    "strict": "bframes=5:b-adapt=2:b-pyramid=strict:ref=4:keyint=30",
    "open": "bframes=5:b-adapt=0:b-pyramid=normal:ref=4:open-gop=1:keyint=24:min-keyint=24:scenecut=0",
    "refresh": "bframes=0:intra-refresh=1:keyint=20",
    "interlaced": "bframes=3:interlaced=1:keyint=24",
    "one group": "bframes=3:b-pyramid=normal:keyint=infinite:scenecut=0",
}


def film(path: Path, coding: str, pictures: int = 130) -> Path:
    """A clip in which squares and noise move, so that every picture depends on those that it refers to."""
    drawn = np.random.default_rng(3)
    ground = drawn.integers(0, 256, (SIZE[1] * 2, SIZE[0] * 2, 3), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"x264-params": CODINGS[coding], "crf": "30"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for n in range(pictures):
            picture = np.ascontiguousarray(ground[n % SIZE[1] :, 2 * n % SIZE[0] :][: SIZE[1], : SIZE[0]])
            picture[20:40, 30:50] = drawn.integers(0, 256, 3)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = n, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def without(path: Path, left_out: int, to: Path) -> Path:
    """The clip with one packet left out, which others refer to."""
    with av.open(str(path)) as given, av.open(str(to), "w") as copy:
        stream = copy.add_stream_from_template(given.streams.video[0])
        for n, packet in enumerate(given.demux(video=0)):
            if packet.dts is not None and n != left_out:
                packet.stream = stream
                copy.mux(packet)
    return to


def began(path: Path) -> int:
    """The first instant in the file, in microseconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return min(
            round(packet.pts * (stream.time_base or Fraction(0)) * 1_000_000)
            for packet in container.demux(stream)
            if packet.pts is not None
        )


def wholly(path: Path, rate: float) -> list[tuple[datetime, bytes]]:
    """The looks, everything being decoded."""
    looks: list[tuple[datetime, bytes]] = []
    first, last = began(path), None
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for picture in container.decode(stream):
            assert picture.pts is not None
            if picture.is_corrupt:
                continue
            at = round(picture.pts * (stream.time_base or Fraction(0)) * 1_000_000)
            if last is None or at - last >= round(1_000_000 / rate) - 1_000:
                last = at
                image = picture.to_ndarray(format="bgr24")
                looks.append((STARTED + timedelta(microseconds=at - first), image.tobytes()))
    return looks


def sparing(path: Path, rate: float, *, skip_to: datetime | None = None) -> list[tuple[datetime, bytes]]:
    """The looks of the source."""
    source = VideoFile(path, started=STARTED, looks_per_second=rate, skip_to=skip_to)
    return [(frame.at, frame.image.tobytes()) for frame in source.frames()]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("coding", CODINGS)
def test_the_looks_are_those_of_everything_decoded(tmp_path: Path, coding: str, suffix: str) -> None:
    """At any rate, whatever refers to what, in containers of both kinds."""
    path = film(tmp_path / f"clip.{suffix}", coding)
    for rate in (0.5, 1, 5, 6.25, 12.5, 25):
        assert sparing(path, rate) == wholly(path, rate)


@pytest.mark.parametrize("coding", [coding for coding in CODINGS if coding != "open"])
def test_so_they_are_after_a_break(tmp_path: Path, coding: str) -> None:
    """From any keyframe on."""
    path = film(tmp_path / "clip.mp4", coding)
    for rate in (1, 5, 12.5):
        looks = wholly(path, rate)
        for done in range(0, len(looks), 1 + len(looks) // 6):
            assert sparing(path, rate, skip_to=looks[done][0]) == looks[done + 1 :]


@pytest.mark.parametrize("left_out", [0, 1, 4, 24, 60])
@pytest.mark.parametrize("coding", ["plain", "pyramid", "open"])
def test_so_they_are_where_a_picture_is_missing(tmp_path: Path, coding: str, left_out: int) -> None:
    """What should be looked at does not come out then, and the next picture is taken instead."""
    path = without(film(tmp_path / "whole.mkv", coding), left_out, tmp_path / "clip.mkv")
    for rate in (1, 5, 25):
        assert sparing(path, rate) == wholly(path, rate)


def test_a_picture_is_made_again_to_the_same_bytes(tmp_path: Path) -> None:
    """Long after the decoder has gone on."""
    source = VideoFile(film(tmp_path / "clip.mp4", "pyramid"), started=STARTED, looks_per_second=5)
    for frame in list(source.frames()):
        assert frame.again is not None
        assert frame.again().tobytes() == frame.image.tobytes()


def test_a_second_round_is_like_the_first(tmp_path: Path) -> None:
    """Which pictures are due in it depends on where the first ended."""
    path = film(tmp_path / "clip.mp4", "pyramid")
    source = VideoFile(path, started=STARTED, looks_per_second=3, loops=timedelta(seconds=10.4))
    looks = [frame.at - STARTED for frame in source.frames()]
    assert looks == [timedelta(seconds=0.36) * n for n in range(29)]
