"""The log book: a camera's detection log as a row of files, one an hour, so that the oldest can be given up.

The hour in a name is that of the file's first event, UTC; the number counts the events before it, over the camera's
whole life::

    campus.20261101T08Z.000000000000.detections.jsonl    events 0 … 1 799
    campus.20261101T09Z.000000001800.detections.jsonl    events 1 800 …     the file being written

The store knows how many events were folded in. What was logged beyond that, before a power cut, is cut off again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detection_log import LogWriter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.adapters.detection_log import LogHeader
    from edge_agent.core.events import Event

END: Final = ".detections.jsonl"
DIGITS: Final = 12
HOUR: Final = "%Y%m%dT%HZ"
DATED: Final = re.compile(r"(\d{8}T\d\dZ)?")  # files of before they were dated have no hour


class HourlyLog:
    """Appends a camera's events to its row of files.

    Args:
        folder: Where they lie; made where missing.
        header: Of the files; each begins at its own first event.
        count: How many events the store has of this camera: so many stay, and the next has this number.

    Raises:
        OutsideError: The disk is full or read-only.
        BadInputError: An existing file is no log, or of another camera.
    """

    def __init__(self, folder: Path, header: LogHeader, *, count: int) -> None:
        self._folder = folder
        self._header = header
        self._count = count
        self._hour: datetime | None = None
        self._file: LogWriter | None = None
        self.path: Path | None = None
        self._cut_back()

    def append(self, event: Event) -> None:
        """Write one event; when this returns, killing the process does not lose it."""
        hour = event.at.replace(minute=0, second=0, microsecond=0)
        if self._file is None or hour != self._hour:
            self._turn_over(event.at, hour)
        if self._file is not None:
            self._file.append(event)
            self._count += 1

    def close(self) -> None:
        """End the file being written orderly."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _turn_over(self, at: datetime, hour: datetime) -> None:
        self.close()
        self.path = self._path(self._count, hour)
        self._file = LogWriter(self.path, replace(self._header, started=at), keep=0)
        self._hour = hour

    def _cut_back(self) -> None:
        """Take away what the store does not count."""
        for first, path in sorted(_numbered(self._folder, self._header.camera), reverse=True):
            if first < self._count:
                LogWriter(path, self._header, keep=self._count - first).close()
                return
            path.unlink()

    def _path(self, first: int, hour: datetime) -> Path:
        return self._folder / f"{self._header.camera}.{hour.astimezone(UTC):{HOUR}}.{first:0{DIGITS}d}{END}"


def _numbered(folder: Path, camera: str) -> list[tuple[int, Path]]:
    """The files of a camera by the number of their first event."""
    problems = []
    for path in folder.glob(f"{camera}.*{END}") if folder.is_dir() else ():
        hour, _, number = path.name.removeprefix(f"{camera}.").removesuffix(END).rpartition(".")
        if number.isdecimal() and DATED.fullmatch(hour):
            problems.append((int(number), path))
    return problems
