"""A loudspeaker of the box itself, played by a program: ALSA, PipeWire, or any that takes a file.

The program gets a WAV file in a folder of its own, which is gone when it ends, and is started without a shell. Its exit
status is its answer.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from edge_agent.adapters.speakers.answering import MidwayError, answer, forgotten
from edge_agent.adapters.speakers.files import wav
from edge_agent.adapters.speakers.voice.loudness import as_one
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from edge_agent.ports import Sound, SpeakerAnswer
    from edge_agent.ports.outlets import Announcement

FILE: Final = "{file}"
VOLUME: Final = "{volume}"
SAMPLE_BYTES: Final = 2
TOLD: Final = 4096  # bytes of its error output that are looked at
SHOWN: Final = 200  # letters of it that are told
# The box's own variables, which may hold passwords, are not for it.
PASSED_ON: Final = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
PASSED_ON_OF: Final = ("ALSA_", "PULSE_", "PIPEWIRE_")


def alsa(device: str) -> tuple[str, ...]:
    """The command that plays on an ALSA device, such as ``default`` or ``plughw:1,0`` (``aplay -L`` lists them)."""
    return ("aplay", "-q", "-D", device, "--", FILE)


def pipewire(target: str) -> tuple[str, ...]:
    """The command that plays on a PipeWire node, by its name or number (``wpctl status`` lists them)."""
    return ("pw-play", "--target", target, FILE)


class CommandOutlet:
    """Plays by a program that takes a file.

    Args:
        command: The program and its arguments, in which ``{file}`` stands for the WAV file and ``{volume}`` for the
            share of the full amplitude (``0.50``). Without ``{volume}`` the sound itself is made quieter.
        seconds: How much longer than the sound it may run; then it is killed, and all that it started.
        folder: Where its file is put for that time; the system's place for such files if None.

    Raises:
        BadInputError: It does not name the file.
    """

    def __init__(self, *, command: tuple[str, ...], seconds: float, folder: Path | None = None) -> None:
        if not command or not any(FILE in each for each in command[1:]):
            raise BadInputError(f"command {' '.join(command)!r}: no {FILE} in it, expected it where the sound goes")
        self._command = command
        self._seconds = seconds
        self._folder = folder
        self._name = f"command {Path(command[0]).name}"

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Run it; played where it ends well, unknown where it did not end by itself."""
        return answer(lambda: self._play(announcement))

    def recall(self, announcement: Announcement) -> SpeakerAnswer:  # noqa: ARG002 - nothing is kept
        """It cannot tell."""
        return forgotten(self._name)

    def probe(self) -> str:
        """Where the program is; it is not run."""
        program = shutil.which(self._command[0])
        if program is None:
            raise OutsideError(f"{self._name}: no such program, expected '{self._command[0]}' to be installed")
        return f"the program {program}"

    def close(self) -> None:
        """Nothing is held between announcements."""

    def _play(self, announcement: Announcement) -> None:
        own_volume = any(VOLUME in each for each in self._command)
        sound = as_one(announcement, volume=1.0 if own_volume else None)
        volume = f"{announcement.volume:.2f}"
        try:
            with tempfile.TemporaryDirectory(prefix="edge-agent-", dir=self._folder) as folder:
                file = Path(folder) / "announcement.wav"
                file.write_bytes(wav(sound))
                command = [each.replace(FILE, str(file)).replace(VOLUME, volume) for each in self._command]
                with (Path(folder) / "errors").open("w+b") as errors:
                    self._run(command, sound, errors)
        except OSError as error:
            raise OutsideError(f"{self._name}: its file cannot be written: {error.strerror}") from error

    def _run(self, command: list[str], sound: Sound, errors: IO[bytes]) -> None:
        try:
            process = subprocess.Popen(  # noqa: S603 - a person chose it; no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise OutsideError(f"{self._name}: cannot be started: {error.strerror}") from error
        limit = len(sound.samples) / SAMPLE_BYTES / sound.rate + self._seconds
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired as error:
            raise MidwayError(f"{self._name}: still ran after {limit:.0f} s and was killed") from error
        finally:
            _end(process)
        if status:
            self._complain(status, errors)

    def _complain(self, status: int, errors: IO[bytes]) -> None:
        reason = _last_line(errors)
        if status < 0:
            raise MidwayError(f"{self._name}: was ended by {signal.Signals(-status).name}{reason}")
        raise OutsideError(f"{self._name}: ended with status {status}, expected 0{reason}")


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k in PASSED_ON or k.startswith(PASSED_ON_OF)}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it running where it did not end by itself."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - TOLD))
    lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    return f": {lines[-1][:SHOWN]}" if lines else ""
