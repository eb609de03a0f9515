"""The natural voice, Mandarin and English, by Kokoro-82M: made to be listened to, and too slow to wait for.

A second of speech takes a second of a core and more, after two to open the model: so it is never asked at the moment
of speaking. Every text is spoken by a child process (see ``kokoro.py`` for why), and what it made is kept.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.voice.natural_files import FILES, LEXICON, misplaced
from edge_agent.config.site.voice_settings import FOLDER
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.config.site.voice_settings import VoiceSettings

SPEEDS: Final = {"zh": 1.0, "en": 1.0}  # with which a text takes 0.7 to 0.9 of its time by eSpeak
SECONDS: Final = 600.0  # of a box that has little time for it
LAST: Final = 19  # the niceness of who waits for everybody else
READ_BY: Final = "1"  # to be changed with what is done to a text before it is spoken
HEADER: Final = 4  # bytes of the sample rate
NO_READING: Final = 4  # as in `kokoro.py`, which loads numpy


class NaturalVoice:
    """Turns text into sound, slowly; the same text gives the same bytes.

    Args:
        folder: Where its files lie.
        mandarin: Whose voice speaks Mandarin, such as ``zf_xiaoxiao``.
        english: Whose speaks English, such as ``af_heart``.
        nice: By how much everybody else goes first.
        program: What is started to speak; ours if None.
        known: The SHA-256 of each file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        mandarin: str,
        english: str,
        nice: int = LAST,
        program: tuple[str, ...] | None = None,
        known: Mapping[str, str] = FILES,
    ) -> None:
        self._folder = folder
        self._names = {"zh": mandarin, "en": english}
        self._program = program or (sys.executable, "-P", "-m", "edge_agent.adapters.speakers.voice.kokoro")
        self._nice = nice
        self._known = known
        self._lock = Lock()
        self._child: Popen[bytes] | None = None
        self._closed = False

    def called(self, language: str) -> str | None:
        """Which voice speaks a language, and how: what another spoke sounds otherwise. None where there is none."""
        main = _main(language)
        return None if main not in self._names else f"kokoro 1.0 {self._names[main]} {SPEEDS[main]:g} {READ_BY}"

    def speak(self, text: str, language: str) -> Sound:
        """The sound of ``text``.

        Raises:
            BadInputError: It has no reading of something in the text.
            OutsideError: It is not in place, or fails.
        """
        main = _main(language)
        if main not in self._names:
            raise OutsideError(f"natural voice: no voice for language '{language}', expected one of zh, en")
        if wrong := self.lacking(main):
            raise OutsideError(f"natural voice: {wrong}")
        return self._spoken(text, main)

    def lacking(self, language: str) -> str:
        """Which of the files for a language is not the one that is meant; empty where all are."""
        names = (f"{self._names[language]}.bin", *(LEXICON if language == "en" else ()))
        return next((wrong for name in names if (wrong := misplaced(self._folder, name, self._known))), "")

    def close(self) -> None:
        """Break off what it is at; it speaks no more."""
        with self._lock:
            self._closed = True
            if self._child is not None and self._child.poll() is None:
                self._child.kill()

    def _spoken(self, text: str, language: str) -> Sound:
        command = [
            *self._program,
            str(self._folder),
            self._names[language],
            language,
            f"{SPEEDS[language]:g}",
            str(self._nice),
        ]
        status, heard, told = self._run(command, text.encode())
        why = told.decode(errors="replace").strip().rpartition("\n")[2]
        if status == NO_READING:
            raise BadInputError(why)
        if status or len(heard) <= HEADER:
            raise OutsideError(f"natural voice: {why or f'ended with code {status}'}")
        (rate,), samples = struct.unpack("<I", heard[:HEADER]), heard[HEADER:]
        if not any(samples):
            raise OutsideError(f"natural voice: it made no sound of {text[:20]!r}")
        return Sound(rate=rate, samples=samples)

    def _run(self, command: list[str], text: bytes) -> tuple[int, bytes, bytes]:
        """How it ended, its output and its errors; it is killed where it takes too long, or by `close`."""
        with self._lock:
            if self._closed:
                raise OutsideError("natural voice: broken off, for the agent ends")
            try:
                self._child = child = Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE)  # noqa: S603
            except OSError as error:
                raise OutsideError(f"natural voice: cannot be started: {error.strerror}") from error
        try:
            heard, told = child.communicate(text, SECONDS)
        except TimeoutExpired as error:
            raise OutsideError(f"natural voice: one text took longer than {SECONDS:.0f} s") from error
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        return child.returncode, heard, told


def _main(language: str) -> str:
    return language.partition("-")[0].lower()


def natural_voice(settings: VoiceSettings, *, nice: int = LAST) -> NaturalVoice:
    """The natural voice as a site wants it."""
    folder = settings.folder or Path(FOLDER)
    return NaturalVoice(folder, mandarin=settings.mandarin, english=settings.english, nice=nice)
