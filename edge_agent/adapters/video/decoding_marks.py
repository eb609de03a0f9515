"""Marks of decoding: which cameras' pictures FFmpeg had in hand when the process died, in a file that outlives it.

A decoder that goes astray in memory ends the whole process, and nothing of ours is left to say whose picture it was. So
each camera has one byte in a file, set while a picture of it is decoded or converted. The system keeps what was written
when the process dies, without any syncing::

    ..!.                               gate was being decoded when the agent ended
    0020                               that happened twice in a row
    {"boot": "8f…", "cameras": [ … ]}  the power did not go since, which would be no camera's doing

Once may be chance: an agent that is killed has some camera in hand. From the second time in a row on, a camera is held
back for a while that doubles. An hour of its pictures without such an end clears it.

What it cannot see: a death while packets are received or put together, since that is always under way somewhere.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.config.yaml.rewriting import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
IDLE: Final = b"."
BUSY: Final = b"!"
CHANCE: Final = 1  # as often may be nobody's doing
MOST: Final = 9  # one digit
CLEARED: Final = timedelta(hours=1)
FIRST_HOLD_S: Final = 60.0
LONGEST_HOLD_S: Final = 3600.0
_log = logging.getLogger(__name__)


def hold_s(deaths: int) -> float:
    """Seconds for which a camera is not read after it was being decoded in so many deaths in a row."""
    return 0.0 if deaths <= CHANCE else min(LONGEST_HOLD_S, FIRST_HOLD_S * 2.0 ** (deaths - CHANCE - 1))


class DecodingMarks:
    """The file of one agent; it goes on without where the disk refuses it.

    Args:
        path: Where it lies; what the process before has left there is read first.
        cameras: Whose pictures will be decoded.
        now: A clock.
    """

    def __init__(self, path: Path, cameras: tuple[str, ...], now: Callable[[], datetime]) -> None:
        boot = _boot()
        left = _left(path, boot)
        self.deaths = {camera: left.get(camera, 0) for camera in cameras}
        digits = "".join(str(self.deaths[camera]) for camera in cameras)
        note = json.dumps({"boot": boot, "cameras": cameras})
        file: int | None = None
        try:
            write_whole(path, f"{IDLE.decode() * len(cameras)}\n{digits}\n{note}\n".encode(), private=True)
            file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        except OSError as error:
            _log.warning("%s: cannot be written, so a death in a decoder will name no camera: %s", path, error.strerror)
        self._marks = {
            camera: DecodingMark(file, n, n + len(cameras) + 1 if self.deaths[camera] else None, now)
            for n, camera in enumerate(cameras)
        }

    def of(self, camera: str) -> DecodingMark:
        """To be entered and left around all that is decoded of a camera; for one thread."""
        return self._marks[camera]


class DecodingMark:
    """One camera's byte."""

    def __init__(self, file: int | None, place: int, deaths_at: int | None, now: Callable[[], datetime]) -> None:
        self._file = file
        self._place = place
        self._deaths_at = deaths_at  # where its digit stands, until it is cleared
        self._now = now
        self._since: datetime | None = None

    def __enter__(self) -> None:
        """FFmpeg has a picture in hand."""
        self._write(BUSY, self._place)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It has given it back."""
        self._write(IDLE, self._place)
        if self._deaths_at is not None:
            self._since = self._since or self._now()
            if self._now() - self._since >= CLEARED:
                self._write(b"0", self._deaths_at)
                self._deaths_at = None

    def _write(self, byte: bytes, place: int) -> None:
        if self._file is None:
            return
        try:
            os.pwrite(self._file, byte, place)
        except OSError as error:  # no picture is worth less for it
            _log.warning("the marks of decoding cannot be written any more: %s", error.strerror)
            self._file = None


def _boot() -> str:
    """What tells one run of the machine from another; empty where the system does not say."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _left(path: Path, boot: str) -> dict[str, int]:
    """In how many deaths in a row each camera was being decoded, the last one included; cameras in none are missing."""
    try:
        busy, digits, recent = path.read_text(encoding="utf-8").splitlines()
        note = json.loads(recent)
        rows = zip(note["cameras"], busy, map(int, digits), strict=True)
        died = note["boot"] == boot
        counts = {str(camera): min(MOST, deaths + (died and mark == BUSY.decode())) for camera, mark, deaths in rows}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("%s: which camera was being decoded is not known: %s", path, error)
        return {}
    return {camera: deaths for camera, deaths in counts.items() if deaths}
