"""Phrases that were made ready: each a WAV file named by what it was made of, so that nothing is made twice.

What is missing, damaged or cannot be written is made anew: the folder may be emptied at any time.

Warnings that a city has recorded itself: files in a folder, told by their names what they are played for.

::

    <folder>/<kind>/<n>.<language>.wav            warning n of a kind, in every zone
    <folder>/<kind>/<zone>/<n>.<language>.mp3     the same in one zone, which is nearer and wins

Where there is both a WAV and an MP3 file, the WAV file is played. Other rates and channels are fine; no recording may
be longer than a minute, for a person who is asked to leave will not listen to more.
"""

from __future__ import annotations

import io
import logging
import wave
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from av.error import FFmpegError

from edge_agent.adapters.speakers.files import wav
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import BadInputError
from edge_agent.core.speak.sound import to_bytes
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.core.speak.sound import Samples

_log = logging.getLogger(__name__)


class PhraseFolder:
    """Sounds by their key, which is of letters and digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = False

    def get(self, key: str) -> Sound | None:
        """The sound kept under a key; that it was wanted is noted in the file's date, for whoever clears the disk."""
        path = self._path(key)
        try:
            sound = _sound(path.read_bytes())
        except (OSError, EOFError, wave.Error):
            return None
        with suppress(OSError):  # another user's file, or a disk that is read-only: it is wanted all the same
            path.touch()
        return sound

    def keep(self, key: str, sound: Sound) -> None:
        """Keep a sound; that this fails is told once, for nothing but time is lost by it."""
        try:
            write_private(self._path(key), wav(sound))
            self._told = False
        except OSError as error:
            if not self._told:
                _log.warning("phrases cannot be kept in %s: %s", self._folder, error.strerror)
            self._told = True

    def size(self) -> int:
        """How many bytes lie there."""
        return sum(size for _, size, _ in self._files())

    def shed(self, most: int, needed: frozenset[str]) -> bool:
        """Take away what was wanted longest ago, but for the keys ``needed``, until at most ``most`` bytes lie there.

        Returns whether that was enough.
        """
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total > most and path.stem not in needed:
                with suppress(OSError):
                    path.unlink()
                    total -= size
        return total <= most

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Each sound: when it was last wanted, and its bytes."""
        for path in self._folder.glob("*.wav"):
            with suppress(OSError):
                found = path.stat()
                yield found.st_mtime, found.st_size, path

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def _sound(content: bytes) -> Sound | None:
    """What a file holds; None where it was cut off or is of another shape than ours."""
    with wave.open(io.BytesIO(content)) as file:
        frames = file.readframes(file.getnframes())
        ours = (file.getnchannels(), file.getsampwidth()) == (1, 2) and len(frames) == 2 * file.getnframes()
        return Sound(rate=file.getframerate(), samples=frames) if ours else None


SUFFIXES: Final = (".wav", ".mp3")
LONGEST_S: Final = 60
HIGHEST_RATE: Final = 48_000  # no loudspeaker on a street gives more
LARGEST: Final = 100_000_000  # bytes: a minute in the best quality there is has fewer


class RecordedWarnings:
    """The recordings of one folder, as they are there at the moment; without a folder there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, *, kind: str, zone: str, n: int, language: str) -> Path | None:
        """The recording that is played for a warning, if there is one."""
        if self._folder is None:
            return None
        for folder in (self._folder / kind / zone, self._folder / kind):
            for suffix in SUFFIXES:
                path = folder / f"{n}.{language}{suffix}"
                if path.is_file():
                    return path
        return None


def fingerprint(path: Path) -> str:
    """What changes when a recording does; raises BadInputError where it cannot be read, or is far too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BadInputError(f"{path}: found {size // 1_000_000} MB, expected at most {LARGEST // 1_000_000} MB")
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error


def read_recorded(path: Path) -> Sound:
    """The sound of a recording.

    Raises:
        BadInputError: It cannot be read, holds no sound or nothing but silence, or is longer than a minute.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise BadInputError(f"{path}: found no sound in it, expected a WAV or MP3 recording")
            rate = min(container.streams.audio[0].rate, HIGHEST_RATE)
            samples = _collected(path, container.decode(container.streams.audio[0]), rate)
    except (FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadInputError(f"{path}: found a file that cannot be played ({why}), expected WAV or MP3") from error
    if not np.any(samples):
        raise BadInputError(f"{path}: found nothing but silence, expected a recording that can be heard")
    return Sound(rate=rate, samples=to_bytes(samples))


def _collected(path: Path, frames: Iterator[av.AudioFrame], rate: int) -> Samples:
    """All of a recording at once; an endless one is left after a minute."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    parts, length = [], 0
    for part in _mono(resampler, frames):
        parts.append(part)
        length += len(part)
        if length > LONGEST_S * rate:
            raise BadInputError(f"{path}: found more than {LONGEST_S} s of sound, expected at most {LONGEST_S} s")
    return np.concatenate([np.empty(0, np.int16), *parts])


def _mono(resampler: av.AudioResampler, frames: Iterator[av.AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield from (_samples(each) for each in resampler.resample(frame))
    yield from (_samples(each) for each in resampler.resample(None))


def _samples(frame: av.AudioFrame) -> Samples:
    return frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
