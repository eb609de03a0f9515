"""The speaker without a loudspeaker: writes every warning as WAV files, for the demo, tests and a first look at a site.

A file appears whole or not at all, so after a crash its presence tells whether the warning had been played.
"""

from __future__ import annotations

import io
import os
import wave
from typing import TYPE_CHECKING

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import Sound, SpeakerAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.ports.outlets import Announcement


class FileOutlet:
    """Writes ``<folder>/<incident>-warning-<n>-<language>.wav``, one file a language."""

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Write the files; failed, with the reason, when the disk fails.

        A language that was written before a power cut is not written again.
        """
        try:
            for language, sound in announcement.sounds.items():
                if not self._path(announcement, language).exists():
                    write_whole(self._path(announcement, language), wav(sound, announcement.volume))
        except OSError as error:
            return SpeakerAnswer(result=Result.FAILED, reason=f"{self._folder} cannot be written: {error.strerror}")
        return SpeakerAnswer(result=Result.PLAYED)

    def recall(self, announcement: Announcement) -> SpeakerAnswer:
        """Played if every file is there."""
        if all(self._path(announcement, language).exists() for language in announcement.text):
            return SpeakerAnswer(result=Result.PLAYED)
        return SpeakerAnswer(result=Result.FAILED, reason="not played")

    def probe(self) -> str:
        """The folder, if it can be written, or be made where it is not there yet."""
        there = next(each for each in (self._folder, *self._folder.absolute().parents) if each.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise OutsideError(f"{self._folder} cannot be written: expected a folder, or room for one")
        return f"files into {self._folder}"

    def close(self) -> None:
        """It holds nothing."""

    def _path(self, announcement: Announcement, language: str) -> Path:
        return self._folder / f"{announcement.incident}-warning-{announcement.n}-{language}.wav"


def wav(sound: Sound, volume: float = 1.0) -> bytes:
    """A sound as a WAV file, 16 bits, mono, at a share of its amplitude."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.rate)
        out.writeframes(sound.samples if volume == 1.0 else _softer(sound.samples, volume))
    return file.getvalue()


def _softer(samples: bytes, volume: float) -> bytes:
    from edge_agent.core.speak.sound import from_bytes, louder, to_bytes  # noqa: PLC0415 - numpy, which most need not wait for

    return to_bytes(louder(from_bytes(samples), volume))
