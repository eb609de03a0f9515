"""Phrases that were made ready: each a WAV file named by what it was made of, so that nothing is made twice.

What is missing, damaged or cannot be written is made anew: the folder may be emptied at any time.
"""

from __future__ import annotations

import io
import logging
import wave
from contextlib import suppress
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.files import wav
from edge_agent.config.atomic_file import write_whole
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from pathlib import Path

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
            write_whole(self._path(key), wav(sound))
            self._told = False
        except OSError as error:
            if not self._told:
                _log.warning("phrases cannot be kept in %s: %s", self._folder, error.strerror)
            self._told = True

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def _sound(content: bytes) -> Sound | None:
    """What a file holds; None where it was cut off or is of another shape than ours."""
    with wave.open(io.BytesIO(content)) as file:
        frames = file.readframes(file.getnframes())
        ours = (file.getnchannels(), file.getsampwidth()) == (1, 2) and len(frames) == 2 * file.getnframes()
        return Sound(rate=file.getframerate(), samples=frames) if ours else None
