"""Recorded warnings: found by their names, read in whatever form they come, refused in one sentence."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from edge_agent.adapters.speakers.voice.recorded import LARGEST, RecordedWarnings, fingerprint, read_recorded
from edge_agent.core.errors import BadInputError
from edge_agent.core.speak.sound import from_bytes, tone
from tests.street import span

if TYPE_CHECKING:
    from pathlib import Path


def record(path: Path, *, seconds: float = 1, rate: int = 22_050, channels: int = 1, hertz: float = 440) -> Path:
    """Write a tone as a WAV file; with two channels the right one is silent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    left = tone(hertz, span(seconds), rate)
    samples = np.stack([left, *[np.zeros_like(left)] * (channels - 1)], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def compress(path: Path, *, rate: int = 44_100, seconds: float = 1) -> Path:
    """Write a tone as an MP3 file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mp3", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(440, span(seconds), rate).reshape(1, -1), format="s16p", layout="mono")
        frame.sample_rate = rate
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def likeness(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    """The highest correlation of two sounds, whatever silence one begins with."""
    one, other = one.astype(float), other.astype(float)
    correlation = np.correlate(one, other, "full")
    return float(np.abs(correlation).max() / np.sqrt((one**2).sum() * (other**2).sum()))


def test_the_nearest_recording_is_found(tmp_path: Path) -> None:
    """A zone's own before the one for every zone, a WAV before an MP3; no other number, kind or language."""
    book = RecordedWarnings(tmp_path)
    everywhere = record(tmp_path / "illegal_parking" / "1.zh-CN.wav")
    assert book.find(kind="illegal_parking", zone="kerb", n=1, language="zh-CN") == everywhere
    here = record(tmp_path / "illegal_parking" / "kerb" / "1.zh-CN.mp3")
    assert book.find(kind="illegal_parking", zone="kerb", n=1, language="zh-CN") == here
    better = record(tmp_path / "illegal_parking" / "kerb" / "1.zh-CN.wav")
    assert book.find(kind="illegal_parking", zone="kerb", n=1, language="zh-CN") == better
    assert book.find(kind="illegal_parking", zone="gate", n=1, language="zh-CN") == everywhere
    for other in ({"n": 2}, {"kind": "exposed_garbage"}, {"language": "en"}):
        request: dict[str, Any] = {"kind": "illegal_parking", "zone": "kerb", "n": 1, "language": "zh-CN"} | other
        assert book.find(**request) is None


def test_without_a_folder_there_is_no_recording() -> None:
    """A city that records nothing needs no folder."""
    assert RecordedWarnings(None).find(kind="illegal_parking", zone="kerb", n=1, language="en") is None


def test_a_wav_is_read_as_it_is(tmp_path: Path) -> None:
    """Sample by sample, at its own rate."""
    sound = read_recorded(record(tmp_path / "1.en.wav"))
    assert sound.rate == 22_050
    assert np.array_equal(from_bytes(sound.samples), tone(440, span(1), 22_050))


def test_two_channels_become_one(tmp_path: Path) -> None:
    """Neither side is lost, and the pitch stays."""
    sound = read_recorded(record(tmp_path / "1.en.wav", channels=2))
    assert len(sound.samples) == 2 * 22_050
    assert likeness(from_bytes(sound.samples), tone(440, span(1), 22_050)) > 0.999


def test_a_higher_rate_than_a_loudspeaker_has_is_lowered(tmp_path: Path) -> None:
    """Of the same length in time, and still the same tone."""
    sound = read_recorded(record(tmp_path / "1.en.wav", rate=96_000))
    assert sound.rate == 48_000
    assert len(sound.samples) / 2 == pytest.approx(48_000, abs=64)
    assert likeness(from_bytes(sound.samples), tone(440, span(1), 48_000)) > 0.999


def test_an_mp3_is_heard_as_it_was_recorded(tmp_path: Path) -> None:
    """Its coding adds a little silence before and changes little."""
    sound = read_recorded(compress(tmp_path / "1.en.mp3"))
    assert sound.rate == 44_100
    assert len(sound.samples) / 2 / sound.rate == pytest.approx(1, abs=0.1)
    assert likeness(from_bytes(sound.samples), tone(440, span(1), 44_100)) > 0.95


def test_a_changed_recording_has_another_fingerprint(tmp_path: Path) -> None:
    """And the same one the same, whatever it is called."""
    first, same = fingerprint(record(tmp_path / "a.wav")), fingerprint(record(tmp_path / "b.wav"))
    assert first == same != fingerprint(record(tmp_path / "a.wav", hertz=441))


def test_what_cannot_be_played_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """Not a sound, cut off, silent, or longer than anybody listens; a fault never leaves as FFmpeg's own."""
    bad = {
        "text.wav": b"this is no sound",
        "empty.mp3": b"",
        "cut.wav": record(tmp_path / "whole.wav").read_bytes()[:20],
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInputError, match=rf"{name}: found a file that cannot be played .*, expected WAV or MP3"):
            read_recorded(tmp_path / name)
    with pytest.raises(BadInputError, match=r"found nothing but silence, expected a recording that can be heard"):
        read_recorded(record(tmp_path / "hush.wav", hertz=0))
    with pytest.raises(BadInputError, match=r"found more than 60 s of sound, expected at most 60 s"):
        read_recorded(record(tmp_path / "sermon.wav", seconds=61, rate=8_000))
    with pytest.raises(BadInputError, match=r"gone\.wav"):
        read_recorded(tmp_path / "gone.wav")


def test_a_minute_is_not_too_long(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    assert len(read_recorded(record(tmp_path / "long.wav", seconds=60, rate=8_000)).samples) == 60 * 2 * 8_000


def test_a_picture_is_no_recording(tmp_path: Path) -> None:
    """FFmpeg opens it gladly; there is no sound in it."""
    path = tmp_path / "1.en.wav"
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("mpeg4", rate=1)
        stream.width = stream.height = 64
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(BadInputError, match=r"found no sound in it, expected a WAV or MP3 recording"):
        read_recorded(path)


def test_what_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    """A file of that size is no warning; one that is not there cannot be told apart either."""
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1_000_000)
    with pytest.raises(BadInputError, match=r"huge\.wav: found 101 MB, expected at most 100 MB"):
        fingerprint(huge)
    with pytest.raises(BadInputError, match=r"gone\.wav: cannot be read: No such file"):
        fingerprint(tmp_path / "gone.wav")
