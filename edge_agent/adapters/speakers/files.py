"""The speaker without a loudspeaker: writes every warning as WAV files, for the demo, tests and a first look at a site.

A file appears whole or not at all, so after a crash its presence tells whether the warning had been played.
"""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.voice import EspeakVoice
from edge_agent.config.atomic_file import write_whole
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.effects import Speak
    from edge_agent.ports import Sound, Voice


class FileSpeaker:
    """Writes ``<folder>/<incident>-warning-<n>-<language>.wav``, one file a language."""

    def __init__(self, folder: Path, voice: Voice | None = None) -> None:
        self._folder = folder
        self._voice = EspeakVoice() if voice is None else voice

    def say(self, request: Speak) -> Answer:
        """Write the files; failed, with the reason, when the voice or the disk fails.

        A language that was spoken before a power cut is not spoken again.
        """
        try:
            for language, text in request.text.items():
                if not self._path(request, language).exists():
                    write_whole(self._path(request, language), wav(self._voice.speak(text, language)))
        except OSError as error:
            return Answer(result=Result.FAILED, reason=f"{self._folder} cannot be written: {error.strerror}")
        except OutsideError as error:
            return Answer(result=Result.FAILED, reason=str(error))
        return Answer(result=Result.PLAYED)

    def recall(self, request: Speak) -> Answer:
        """Played if every file is there."""
        if all(self._path(request, language).exists() for language in request.text):
            return Answer(result=Result.PLAYED)
        return Answer(result=Result.FAILED, reason="not played")

    def _path(self, request: Speak, language: str) -> Path:
        return self._folder / f"{request.incident}-warning-{request.n}-{language}.wav"


def wav(sound: Sound) -> bytes:
    """A sound as a WAV file: 16 bits, mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.rate)
        out.writeframes(sound.samples)
    return file.getvalue()
