"""Recordings of which a part is spoilt or missing: the rest is looked at, rightly dated, and what is missing said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from edge_agent.adapters.video.recorded_at import recorded_at
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.core.errors import BadInputError

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
RATE = 10
SIZE = (160, 96)
QUIET = {"x265-params": "log-level=none:keyint=50:min-keyint=50:bframes=0:scenecut=0"}
Spoil = Callable[[int, bytes], bytes | None]


def shade(number: int) -> int:
    """How bright the picture of that number is: each is another than its neighbours, and none is like one far away."""
    return 30 + number


def film(
    path: Path,
    codec: str,
    pictures: range,
    options: dict[str, str],
    spoil: Spoil = lambda _n, data: data,
) -> Path:
    """Pictures of bars that move, each of its own shade; ``spoil`` may change the n-th packet, or leave it out."""
    with av.open(str(path), "w") as container:
        stream = cast("VideoStream", container.add_stream(codec, rate=RATE, options=options))
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.bit_rate = 2_000_000
        bars = (np.arange(SIZE[0]) // 8 % 2 * 20).astype(np.uint8)
        number = 0
        for n in [*pictures, None]:
            frame = None
            if n is not None:
                flat = np.tile((np.roll(bars, n * 2) + shade(n))[None, :, None], (SIZE[1], 1, 3)).astype(np.uint8)
                frame = av.VideoFrame.from_ndarray(flat, format="rgb24").reformat(format=stream.pix_fmt)
                frame.pts, frame.time_base = n - pictures[0], Fraction(1, RATE)
            for packet in stream.encode(frame):
                data = spoil(number, bytes(packet))
                number += 1
                if data is None:
                    continue
                other = av.Packet(data)
                other.pts, other.dts, other.duration = packet.pts, packet.dts, packet.duration
                other.time_base, other.stream, other.is_keyframe = packet.time_base, stream, packet.is_keyframe
                container.mux(other)
    return path


def looked(path: Path, **options: object) -> tuple[list[float], VideoFile]:
    """The seconds that were looked at; each must show the picture that was taken then."""
    video = VideoFile(path, started=STARTED, looks_per_second=1, **options)  # type: ignore[arg-type]
    seconds = []
    for frame in video.frames():
        second = (frame.at - STARTED).total_seconds()
        seconds.append(second)
        assert frame.image.mean() == pytest.approx(shade(round(second * RATE)) + 10, abs=6), second
    return seconds, video


def spans(video: VideoFile) -> list[tuple[float, float]]:
    """What is missing, in seconds."""
    return [(begin.total_seconds(), end.total_seconds()) for begin, end in video.missing]


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video"])
def test_two_clocks_in_one_file_are_one_timeline(tmp_path: Path, codec: str) -> None:
    """As `cat` or a recorder at its restart joins transport streams: twenty seconds are twenty seconds."""
    options = {"g": "50"} | (QUIET if codec == "libx265" else {})
    parts = [film(tmp_path / f"{n}.ts", codec, range(n, n + 100), options) for n in (0, 100)]
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))
    seconds, video = looked(both)
    assert video.duration == pytest.approx(timedelta(seconds=20), abs=timedelta(seconds=0.2))
    assert seconds == pytest.approx(range(20), abs=0.11)
    assert spans(video) == []
    more, _ = looked(both, skip_to=STARTED + timedelta(seconds=seconds[12]))
    assert more == seconds[13:]


@pytest.mark.parametrize(("codec", "name"), [("mjpeg", "a.mkv"), ("libvpx-vp9", "a.webm"), ("mpeg4", "a.mkv")])
def test_one_packet_that_cannot_be_decoded_does_not_end_the_rest(tmp_path: Path, codec: str, name: str) -> None:
    """The next whole picture is looked at."""
    options = {"g": "20"} | ({"deadline": "realtime", "cpu-used": "8"} if "vp9" in codec else {})

    def spoil(n: int, data: bytes) -> bytes:
        return b"\xff" * len(data) if n == 45 else data

    seconds, _ = looked(film(tmp_path / name, codec, range(100), options, spoil))
    assert len(seconds) >= 8
    assert seconds[-1] == pytest.approx(9, abs=0.2)


def test_a_lost_keyframe_is_said(tmp_path: Path) -> None:
    """Five seconds refer to it: none of them is looked at, up to the next keyframe."""

    def spoil(n: int, data: bytes) -> bytes | None:
        return None if n == 50 else data

    path = film(tmp_path / "a.mkv", "libx265", range(150), QUIET, spoil)
    seconds, video = looked(path)
    assert seconds == pytest.approx([0, 1, 2, 3, 4, 10, 11, 12, 13, 14])
    assert spans(video) == [(5.0, 10.0)]


def test_what_is_lost_at_the_end_is_said(tmp_path: Path) -> None:
    """There is no next keyframe."""

    def spoil(n: int, data: bytes) -> bytes | None:
        return None if n == 50 else data

    seconds, video = looked(film(tmp_path / "a.mkv", "libx265", range(100), QUIET, spoil))
    assert seconds == pytest.approx(range(5))
    assert spans(video) == [(5.0, 10.0)]


def test_a_picture_lost_from_h264_takes_what_refers_to_it_with_it(tmp_path: Path) -> None:
    """As with a live camera: nothing is seen in a smear."""

    def spoil(n: int, data: bytes) -> bytes:
        return data[: len(data) // 3] if n == 52 else data

    options = {"g": "40", "bf": "0", "x264-params": "scenecut=0"}
    seconds, video = looked(film(tmp_path / "a.mkv", "libx264", range(120), options, spoil))
    assert seconds == pytest.approx([0, 1, 2, 3, 4, 5, 8, 9, 10, 11])
    assert spans(video) == [(6.0, 8.0)]


def test_a_file_of_which_nothing_can_be_decoded_is_refused(tmp_path: Path) -> None:
    """It is no recording of which all is missing."""
    path = film(tmp_path / "a.mkv", "mjpeg", range(20), {}, lambda _n, data: b"\xff" * len(data))
    with pytest.raises(BadInputError, match=r"a\.mkv: "):
        looked(path)


def test_a_cover_before_the_pictures_is_not_the_recording(tmp_path: Path) -> None:
    """As people and phones put one there."""
    whole, cover = (
        film(tmp_path / "a.mkv", "libx264", range(50), {"g": "10"}),
        film(tmp_path / "b.mkv", "mjpeg", range(1), {}),
    )
    path = tmp_path / "both.mkv"
    with av.open(str(path), "w") as both, av.open(str(cover)) as first, av.open(str(whole)) as second:
        sources = [each.streams.video[0] for each in (first, second)]
        streams = [both.add_stream_from_template(each) for each in sources]
        for holder, source, stream in zip((first, second), sources, streams, strict=True):
            for packet in holder.demux(source):
                if packet.size:
                    packet.stream = stream
                    both.mux(packet)
    seconds, _ = looked(path)
    assert seconds == pytest.approx(range(5))


def test_what_an_edit_list_cuts_away_is_no_part_of_it(tmp_path: Path) -> None:
    """Cut without coding anew: the pictures since the keyframe are there, and are not shown."""
    whole, path = film(tmp_path / "a.mp4", "libx264", range(20, 120), {"g": "50", "bf": "0"}), tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(path), "w") as cut:
        stream = source.streams.video[0]
        copy = cut.add_stream_from_template(stream)
        ticks = round(2 / (stream.time_base or Fraction(1)))
        for packet in source.demux(stream):
            if packet.size:
                packet.pts, packet.dts = (packet.pts or 0) - ticks, (packet.dts or 0) - ticks
                packet.stream = copy
                cut.mux(packet)
    video = VideoFile(path, started=STARTED, looks_per_second=1)
    frames = list(video.frames())
    assert [(frame.at - STARTED).total_seconds() for frame in frames] == pytest.approx(range(8))
    assert frames[0].image.mean() == pytest.approx(shade(40) + 10, abs=6)
    assert video.duration == timedelta(seconds=8)
    assert spans(video) == []


def test_a_name_may_begin_as_an_address_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorders name files by the time."""
    name = "2026-11-01T08:00:00.mp4"
    film(tmp_path / name, "libx264", range(20), {})
    monkeypatch.chdir(tmp_path)
    assert looked(Path(name))[0] == pytest.approx([0, 1])
    assert recorded_at(Path(name)) is None
