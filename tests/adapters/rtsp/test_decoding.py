"""Decoding by itself: from packets of a file, without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.rtsp.arrivals import Arrival, Stamp, wall_time
from edge_agent.adapters.rtsp.decoding import Converter, Decoded, Decoder, fitted
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.ports import DropCause
from tests.cameras import clips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.packet import Packet
    from av.video.stream import VideoStream

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SIDES = st.integers(16, 4096)


def coded(path: Path, pixels: str = "yuv420p", **options: str) -> Path:
    """A second of moving bars, a keyframe every five pictures."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"g": "5", "bf": "0", "sc_threshold": "0"} | options)
        stream.width, stream.height, stream.pix_fmt = 160, 96, pixels
        for n in range(10):
            bars = np.tile((np.arange(160) * 3 + n * 16).astype(np.uint8)[None, :, None], (96, 1, 3))
            frame = av.VideoFrame.from_ndarray(bars, format="rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = n, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def decode(
    path: Path,
    *,
    eager: bool = False,
    spoil: Callable[[int, Packet[VideoStream]], bytes | None] = lambda _n, _packet: None,
    wanted: Callable[[int, bool], bool] = lambda _pts, _keyframe: True,
) -> tuple[list[Decoded], list[DropCause]]:
    """All that comes of a file, and what was dropped; ``spoil`` may put other bytes into the n-th packet."""
    dropped: list[DropCause] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder = Decoder(stream, eager=lambda: eager, wanted=wanted, dropped=dropped.append)
        pictures = [each for arrival in sent(container.demux(stream), spoil) for each in decoder.pictures(arrival)]
    return pictures, dropped


def sent(
    packets: Iterator[Packet[VideoStream]], spoil: Callable[[int, Packet[VideoStream]], bytes | None]
) -> Iterator[Arrival]:
    """The packets of a file, as if they had come from a camera."""
    for n, packet in enumerate(each for each in packets if each.size):
        content = spoil(n, packet)
        if content is not None:
            other = cast("Packet[VideoStream]", av.Packet(content))
            other.pts, other.dts, other.time_base = packet.pts, packet.dts, packet.time_base
            other.is_keyframe = packet.is_keyframe
            yield Arrival(other, AT)
        else:
            yield Arrival(packet, AT)


def test_a_keyframe_is_given_at_once_where_the_decoder_would_hold_it_back(tmp_path: Path) -> None:
    """With B-frames a decoder waits for what is to be shown before; a keyframe alone need not wait."""
    path = coded(tmp_path / "b.mp4", bf="2")
    with av.open(str(path)) as container:
        sent_keyframes = [packet.pts for packet in container.demux(video=0) if packet.is_keyframe]
    pictures, _ = decode(path)
    assert [each.picture.pts for each in pictures] == sent_keyframes
    assert all(each.picture.key_frame for each in pictures)
    assert all(isinstance(each.picture.opaque, Stamp) for each in pictures)


def test_a_picture_beyond_every_camera_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up parameters ask for 53424×832 pixels as easily as for 640×360: what is too large is not decoded."""
    path = coded(tmp_path / "large.mp4")
    assert len(decode(path)[0]) == 2
    monkeypatch.setattr("edge_agent.adapters.rtsp.decoding.MOST_PIXELS", 160 * 96 - 1)
    pictures, dropped = decode(path)
    assert pictures == []
    assert dropped


def test_bytes_that_are_no_picture_are_counted_and_spoil_what_follows(tmp_path: Path) -> None:
    """Up to the next keyframe that comes through whole."""
    path = coded(tmp_path / "a.mp4")
    pictures, dropped = decode(path, eager=True, spoil=lambda n, _packet: b"\xff" * 40 if n == 2 else None)
    assert dropped == [DropCause.UNDECODABLE]
    assert [each.damaged for each in pictures] == [False] * 2 + [True] * 2 + [False] * 5


def test_pictures_that_nobody_wants_are_counted(tmp_path: Path) -> None:
    """One that was decoded, since others refer to it, and is not looked at."""
    pictures, dropped = decode(coded(tmp_path / "a.mp4"), eager=True, wanted=lambda _pts, keyframe: keyframe)
    assert all(each.picture.key_frame for each in pictures)
    assert dropped == [DropCause.UNWANTED] * len(dropped)
    assert len(pictures) + len(dropped) == 10


def test_a_spoilt_keyframe_is_damaged_or_nothing(tmp_path: Path) -> None:
    """And the next one is whole again."""

    def turn_over(n: int, packet: Packet[VideoStream]) -> bytes | None:
        data = bytearray(bytes(packet))
        data[-60:-20] = bytes(each ^ 0x5A for each in data[-60:-20])
        return bytes(data) if n == 0 else None

    pictures, dropped = decode(coded(tmp_path / "a.mp4"), spoil=turn_over)
    assert len(dropped) + sum(each.damaged for each in pictures) == 1
    assert [each.damaged for each in pictures][-1] is False


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "yuv444p", "yuv420p10le"])
def test_brightness_is_the_same_however_it_is_stored(tmp_path: Path, pixels: str) -> None:
    """One byte or two a pixel, full range or limited: the bars lie where they are, and the image is in colour."""
    pictures, _ = decode(coded(tmp_path / "a.mp4", pixels=pixels))
    converter = Converter((80, 80))
    image, seen = converter.image(pictures[0].picture), converter.statistics(pictures[0].picture)
    assert image.shape == (48, 80, 3)
    assert image.dtype == np.uint8
    across = image[..., 1].mean(axis=0)
    assert float(np.corrcoef(across, seen.level.mean(axis=0))[0, 1]) > 0.95
    assert len(seen.marks) == 16


def test_a_size_that_changes_in_the_middle_is_seen(tmp_path: Path) -> None:
    """A camera that was set to another size goes on in the same session: each picture has its own."""
    raw = tmp_path / "both.h264"
    content = b""
    for size in ((160, 96), (320, 192)):
        path = clips.street(tmp_path / "part.mp4", seconds=1, gop=5, size=size)
        marked = av.bitstream.BitStreamFilterContext
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            convert = marked("h264_mp4toannexb", stream)
            content += b"".join(bytes(each) for p in container.demux(stream) if p.size for each in convert.filter(p))
    raw.write_bytes(content)
    with av.open(str(raw), format="h264") as container:
        stream = container.streams.video[0]
        decoder = Decoder(stream, eager=lambda: False, wanted=lambda _pts, _keyframe: True)
        converter = Converter(None)
        shapes: list[tuple[int, ...]] = []
        for n, packet in enumerate(container.demux(stream)):
            packet.pts = n
            pictures = decoder.pictures(Arrival(packet, AT)) if packet.size else ()
            shapes.extend(converter.image(each.picture).shape for each in pictures)
    assert shapes == [(96, 160, 3)] * 2 + [(192, 320, 3)] * 2


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le"])
@pytest.mark.parametrize("matrix", ["ICtCp", "YCgCo", "chroma-derived-c"])
def test_colours_that_nobody_converts_are_looked_at_all_the_same(tmp_path: Path, pixels: str, matrix: str) -> None:
    """A coder may state any matrix: the picture is hardly another than one that states none."""
    params = {"x264-params": f"colormatrix={matrix}"}
    stated, _ = decode(coded(tmp_path / "stated.mp4", pixels, **params))
    unstated, _ = decode(coded(tmp_path / "unstated.mp4", pixels))
    assert stated[0].picture.colorspace not in {1, 2, 5, 6}
    converter = Converter((80, 48))
    shown = [
        (converter.image(each[0].picture), converter.statistics(each[0].picture).contrast)
        for each in (stated, unstated)
    ]
    assert abs(shown[0][0].astype(int) - shown[1][0]).mean() < 2
    assert abs(shown[0][1] - shown[1][1]) < 2
    video = VideoFile(tmp_path / "stated.mp4", started=AT, looks_per_second=5)
    assert [frame.image.shape for frame in video.frames()] == [(96, 160, 3)] * 5


@given(st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES))
def test_a_fitted_size_fits_keeps_its_aspect_and_is_never_larger(size: tuple[int, int], fit: tuple[int, int]) -> None:
    """Within a pixel."""
    width, height = fitted(size, fit)
    assert 1 <= width <= min(size[0], fit[0])
    assert 1 <= height <= min(size[1], fit[1])
    assert width in {fit[0], size[0]} or height in {fit[1], size[1]}
    assert abs(width * size[1] - height * size[0]) <= max(size)


@pytest.mark.parametrize(("wall", "date"), [(1_793_520_000_000_000, AT), (2**62, None), (-(2**62), None)])
def test_a_camera_may_say_anything_about_the_time(wall: int, date: datetime | None) -> None:
    """What is no date at all is no date."""
    assert wall_time(wall.to_bytes(8, "little", signed=True) + bytes(8)) == date
