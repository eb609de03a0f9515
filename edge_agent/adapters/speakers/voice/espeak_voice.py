"""An offline voice, Mandarin and English, by eSpeak NG.

Robotic, but there on any box with no network; recorded clips beat it on the street. Every phrase is spoken by a child
process (see ``espeak.py`` for why) of some 50 ms, once: the few texts of a site are kept.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Final

from edge_agent.adapters.speakers.voice.espeak import NO_ENGINE, NO_VOICE
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Sound

VOICES: Final = {"zh": "cmn", "en": "en"}  # by the language's primary subtag (BCP 47)
SECONDS: Final = 20.0  # far longer than any phrase takes
KEPT: Final = 256

_WHY: Final = {
    NO_ENGINE: "the speech engine is not installed (pip install 'edge-agent[voice]')",
    NO_VOICE: "the speech engine has no such voice",
}


class EspeakVoice:
    """Turns text into sound; the same text gives the same bytes, now and on the next box."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spoken: dict[tuple[str, str], Sound] = {}

    def speak(self, text: str, language: str) -> Sound:
        """The sound of ``text``, spoken in ``language`` (a tag such as ``zh-CN``).

        Raises:
            OutsideError: No voice for the language, no engine, or the engine fails.
        """
        voice = _voice_of(language)
        if voice is None:
            raise OutsideError(f"voice: no voice for language '{language}', expected one of {', '.join(VOICES)}")
        with self._lock:
            sound = self._spoken.get((text, voice)) or _spoken(text, voice)
            if len(self._spoken) >= KEPT:
                self._spoken.pop(next(iter(self._spoken)))
            self._spoken[text, voice] = sound
        return sound


def speaks(language: str) -> bool:
    """Whether there is a voice for a language."""
    return _voice_of(language) is not None


def _voice_of(language: str) -> str | None:
    return VOICES.get(language.partition("-")[0].lower())


def engine() -> str:
    """Which engine speaks, and of which version: what was spoken by another sounds otherwise."""
    try:
        return f"espeakng-loader {version('espeakng-loader')}"
    except PackageNotFoundError:
        return "no engine"


def _spoken(text: str, voice: str) -> Sound:
    command = [sys.executable, "-P", "-m", "edge_agent.adapters.speakers.voice.espeak", voice]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise OutsideError(f"voice {voice}: the speech engine took longer than {SECONDS:.0f} s") from error
    except OSError as error:
        raise OutsideError(f"voice {voice}: the speech engine cannot be started: {error.strerror}") from error
    if done.returncode:
        why = _WHY.get(done.returncode, f"the speech engine ended with code {done.returncode}")
        raise OutsideError(f"voice {voice}: {why}")
    (rate,), samples = struct.unpack("<I", done.stdout[:4]), done.stdout[4:]
    if not any(samples):  # not even one sample that is not silence
        raise OutsideError(f"voice {voice}: the speech engine made no sound of {text[:20]!r}")
    return Sound(rate=rate, samples=samples)
