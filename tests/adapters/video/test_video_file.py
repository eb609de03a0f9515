"""A video file gives looks by media time, goes round, resumes exactly, and says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
SIZE = (64, 48)


def film(path: Path, milliseconds: Sequence[int], *, options: dict[str, str] | None = None) -> Path:
    """Write a clip with a frame at each of ``milliseconds``; frame n is a grey of brightness 10 + 2n, modulo 200."""
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "10", "bf": "0"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        # An AVI counts in frames, the others in milliseconds.
        tick = Fraction(1, 25 if path.suffix == ".avi" else 1000)
        stream.codec_context.time_base = tick
        for n, at in enumerate(milliseconds):
            frame = av.VideoFrame.from_ndarray(
                np.full((SIZE[1], SIZE[0], 3), (10 + 2 * n) % 200, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = round(at / 1000 / tick), tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds at 25 frames a second."""
    return film(tmp_path_factory.mktemp("film") / "clip.mp4", range(0, 4000, 40))


def offsets(source: VideoFile) -> list[float]:
    """When each look was taken, in seconds of media time."""
    return [(frame.at - STARTED).total_seconds() for frame in source.frames()]


def near(seconds: Iterable[float]) -> object:
    """Equal within the milliseconds that containers round to."""
    return pytest.approx(list(seconds), abs=0.002)


def test_looks_are_taken_by_media_time(clip: Path) -> None:
    """Five looks a second of a 25-frame recording are every fifth frame, to the end, with no drift."""
    assert offsets(VideoFile(clip, started=STARTED, looks_per_second=5)) == near(n * 0.2 for n in range(20))


def test_a_file_slower_than_the_looks_gives_every_frame(clip: Path) -> None:
    """Nothing is shown twice to make up a rate that the recording does not have."""
    assert len(offsets(VideoFile(clip, started=STARTED, looks_per_second=100))) == 100


def test_frames_are_never_counted(tmp_path: Path) -> None:
    """A recording that stutters keeps its own times: a gap of a second is a second."""
    uneven = film(tmp_path / "uneven.mkv", [0, 100, 130, 1130, 1150, 1400, 3000])
    looks = offsets(VideoFile(uneven, started=STARTED, looks_per_second=5))
    assert looks == near([0, 1.13, 1.4, 3.0])


def test_frames_are_the_pictures_of_their_time(clip: Path) -> None:
    """Frame n of the clip has brightness 10 + 2n, in BGR, at the size the source names."""
    source = VideoFile(clip, started=STARTED, looks_per_second=1)
    frames = list(source.frames())
    assert source.size == SIZE
    assert [frame.image.shape for frame in frames] == [(48, 64, 3)] * 4
    assert [float(frame.image.mean()) for frame in frames] == pytest.approx([10, 60, 110, 160], abs=4)


def test_a_looped_file_goes_on_where_it_ended(clip: Path) -> None:
    """Its length is the last timestamp plus that frame's duration, so the rounds join without a seam."""
    source = VideoFile(clip, started=STARTED, looks_per_second=5, loops=timedelta(seconds=13))
    assert source.duration == timedelta(seconds=4)
    assert offsets(source) == near(n * 0.2 for n in range(65))


@settings(max_examples=20)
@given(st.integers(0, 64), st.sampled_from([0.5, 1, 3, 5, 7]))
def test_a_resumed_run_takes_the_looks_the_unbroken_run_would(clip: Path, done: int, rate: float) -> None:
    """Broken off after any look and resumed there, the two runs together are the unbroken one."""

    def source(skip_to: datetime | None) -> VideoFile:
        return VideoFile(clip, started=STARTED, looks_per_second=rate, loops=timedelta(seconds=13), skip_to=skip_to)

    unbroken = [(frame.at, frame.image.tobytes()) for frame in source(None).frames()]
    done = min(done, len(unbroken) - 1)
    resumed = [(frame.at, frame.image.tobytes()) for frame in source(unbroken[done][0]).frames()]
    assert resumed == unbroken[done + 1 :]


@settings(max_examples=20)
@given(st.floats(0.5, 60))
def test_looks_keep_their_distance(clip: Path, rate: float) -> None:
    """No two looks are nearer than asked for, and none comes more than a frame late."""
    looks = offsets(VideoFile(clip, started=STARTED, looks_per_second=rate))
    gap = max(1 / rate, 0.04)
    for a, b in pairwise(looks):
        assert gap - 0.002 <= b - a <= gap + 0.042


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Missing, a folder, empty, not a video: each is one sentence that starts with the path."""
    missing, empty, text = tmp_path / "missing.mp4", tmp_path / "empty.mp4", tmp_path / "text.mp4"
    empty.touch()
    text.write_text("this is no video\n" * 100)
    assert complaint(missing) == f"{missing}: no such file"
    assert complaint(tmp_path) == f"{tmp_path}: is a folder, expected a video file"
    assert complaint(empty) == f"{empty}: the file is empty, expected a video"
    assert complaint(text).startswith(f"{text}: cannot be read as a video: ")


def test_sound_is_no_video(tmp_path: Path) -> None:
    """A container without pictures is refused before anything runs."""
    sound = tmp_path / "sound.wav"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        samples.sample_rate = 8000
        container.mux(stream.encode(samples))
    assert complaint(sound) == f"{sound}: holds no video stream"


def complaint(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(BadInputError) as caught:
        VideoFile(path, started=STARTED, looks_per_second=5)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "options"), [("cut.mp4", {"movflags": "faststart"}), ("cut.avi", {}), ("cut.mkv", {})]
)
def test_a_truncated_file_gives_what_it_has_and_then_says_so(
    tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    """The looks before the break are given; then one sentence says up to where the file could be read."""
    path = film(tmp_path / name, range(0, 8000, 40), options=options)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    looks: list[datetime] = []
    with pytest.raises(BadInputError, match=rf"{name}: can be read up to \d\.\d s only") as caught:
        looks.extend(frame.at for frame in VideoFile(path, started=STARTED, looks_per_second=5).frames())
    assert 5 < len(looks) < 40
    read_to = float(str(caught.value).split("up to ")[1].split(" s")[0])
    assert read_to == pytest.approx((looks[-1] - STARTED).total_seconds(), abs=0.3)


def test_a_file_without_its_index_cannot_be_opened(tmp_path: Path) -> None:
    """An MP4 keeps its index at the end unless told otherwise: cut off, nothing of it can be read."""
    path = film(tmp_path / "cut.mp4", range(0, 4000, 40))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert complaint(path).startswith(f"{path}: cannot be read as a video: ")


@pytest.mark.parametrize("degrees", [90, -90, 180])
@pytest.mark.parametrize("rate", [1.0, 25.0])
def test_pictures_are_shown_upright(tmp_path: Path, degrees: int, rate: float) -> None:
    """A phone stores as its sensor lies, and says in the file how it was held."""
    upright = np.zeros((64, 48, 3), np.uint8) if degrees % 180 else np.zeros((48, 64, 3), np.uint8)
    upright[:16, :16] = 255  # what is bright stands in the upper left
    lying = np.ascontiguousarray(np.rot90(upright, -degrees // 90))
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.set_display_rotation(degrees)
        for n in range(50):
            frame = av.VideoFrame.from_ndarray(lying, format="rgb24")
            frame.pts = n
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    source = VideoFile(path, started=STARTED, looks_per_second=rate)
    looks = [*source.frames(), source.frame_at(STARTED + timedelta(seconds=1))]
    assert source.size == (upright.shape[1], upright.shape[0])
    for look in looks:
        assert look is not None
        assert np.abs(look.image.astype(int) - upright).mean() < 8


@pytest.mark.parametrize(("coder", "suffix"), [("libx264", "h264"), ("libx265", "h265")])
def test_a_bare_stream_is_dated_by_its_rate(tmp_path: Path, coder: str, suffix: str) -> None:
    """Nothing in it is dated: 25 pictures a second, as FFmpeg and every player take it, in their order."""
    path = tmp_path / f"bare.{suffix}"
    with av.open(str(path), "w", format={"h264": "h264", "h265": "hevc"}[suffix]) as container:
        options = {"bf": "0", "x265-params": "log-level=none:bframes=0"}
        stream = container.add_stream(coder, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for n in range(100):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 10 + 2 * n, np.uint8), format="rgb24")
            frame.pts = n
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    source = VideoFile(path, started=STARTED, looks_per_second=1)
    looks = list(source.frames())
    assert [(look.at - STARTED).total_seconds() for look in looks] == near([0, 1, 2, 3])
    assert [round(float(look.image.mean())) for look in looks] == pytest.approx([10, 60, 110, 160], abs=4)
    assert source.missing == []


@pytest.mark.parametrize("seed", range(4))
def test_what_lost_packets_spoil_in_h265_is_not_looked_at(tmp_path: Path, seed: int) -> None:
    """A wireless camera loses a few of a thousand packets; the decoder guesses, and only the container knows."""
    whole, holed = tmp_path / "whole.ts", tmp_path / "holed.ts"
    with av.open(str(whole), "w") as container:
        coding = "log-level=none:keyint=25:min-keyint=25:bframes=0:scenecut=0"
        stream = container.add_stream("libx265", rate=25, options={"preset": "ultrafast", "x265-params": coding})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        ground = np.random.default_rng(3).integers(0, 256, (240, 640, 3), np.uint8)
        for n in range(150):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(ground[:, 2 * n : 2 * n + 320]), format="rgb24")
            frame.pts = n
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    packets = [whole.read_bytes()[n : n + 188] for n in range(0, whole.stat().st_size, 188)]
    lost = set(np.random.default_rng(seed).integers(200, len(packets), len(packets) // 500).tolist())
    holed.write_bytes(b"".join(packet for n, packet in enumerate(packets) if n not in lost))
    source = VideoFile(holed, started=STARTED, looks_per_second=25)
    right = {
        look.at: look.image.astype(int) for look in VideoFile(whole, started=STARTED, looks_per_second=25).frames()
    }
    looks = list(source.frames())
    assert 0 < len(looks) < len(right)
    assert source.missing
    for look in looks:
        assert np.abs(look.image - right[look.at]).mean() < 1


def test_an_mp4_without_its_index_says_what_can_be_done(tmp_path: Path) -> None:
    """A recorder that lost its power has not written it yet."""
    path = film(tmp_path / "whole.mp4", range(0, 4000, 40))
    whole = path.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: whole.index(b"moov") - 4])
    with pytest.raises(BadInputError, match=r"its index \(moov\) is missing.*untrunc"):
        VideoFile(cut, started=STARTED, looks_per_second=1)


@pytest.mark.parametrize("head", [b"\0\0\0\x01ftyp", b"\0\0\0\x00ftyp", b"\0\0\0\x08ftyp" + b"\0\0\0\x08free" * 9])
def test_what_only_begins_as_an_mp4_is_refused(tmp_path: Path, head: bytes) -> None:
    """Lengths that lead nowhere end the search for the index."""
    path = tmp_path / "odd.mp4"
    path.write_bytes(head + b"\0" * 20)
    with pytest.raises(BadInputError, match="cannot be read as a video"):
        VideoFile(path, started=STARTED, looks_per_second=1)


def test_a_rate_of_zero_is_refused(clip: Path) -> None:
    """No looks at all is a mistake in the settings."""
    with pytest.raises(BadInputError, match="looks_per_second must be above 0, got 0"):
        VideoFile(clip, started=STARTED, looks_per_second=0)
