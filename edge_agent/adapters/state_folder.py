"""What the agent has written on the disk besides its database: what there is of it, how much room is left, taking away.

::

    <state>/agent.db*             the database: measured, never touched
    <state>/evidence/<incident>/  pictures and clips of one incident
    <state>/phrases/              warnings that were made ready to be said, and can be made again
    logs, sounds                  where the site or the command line puts them

A person may have put logs and sounds beside files of their own: there only what is named as ours is ours.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG
from statistics import median_low
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError
from edge_agent.core.incident.clock_jumps import EARLIEST
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from edge_agent.ports import Clock

DATABASE: Final = "agent.db"
PHRASES: Final = "phrases"
WRITES: Final = 9
BLOCK: Final = 512  # bytes, as stat counts what a file takes
AHEAD: Final = timedelta(hours=1)  # a file cannot be written later than that
STAMP: Final = re.compile(r"(\d{8}T\d{6}\.\d{3}Z)-")  # as evidence is named


class Shelf(StrEnum):
    """What a file is for, the first to be given up first."""

    PHRASES = "phrases"
    LOGS = "logs"
    SOUNDS = "sounds"
    EVIDENCE = "evidence"


OURS: Final = {
    Shelf.PHRASES: ("*.wav", ".*.wav.part"),
    Shelf.LOGS: ("*.detections.jsonl",),
    Shelf.SOUNDS: ("*-warning-*.wav", ".*-warning-*.wav.part"),
    Shelf.EVIDENCE: ("*",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfState:
    """One file: ``size`` bytes of the disk, written at ``written`` by the agent's clock.

    ``incident`` names whose evidence it is.
    """

    path: Path
    shelf: Shelf
    size: int
    written: datetime
    incident: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Bytes: ``free`` on the disk for us, and what the database takes."""

    free: int
    database: int


class StateFolder:
    """The folders of one agent.

    Args:
        state: Where the database lies; the room of its disk counts.
        shelves: The folder of each but the phrases, which lie beside the database; a missing folder is an empty one.
    """

    def __init__(self, state: Path, shelves: Mapping[Shelf, Path]) -> None:
        self._state = state
        self._shelves = {Shelf.PHRASES: state / PHRASES, **shelves}

    def files(self, now: datetime | None = None, offset: timedelta = timedelta(0)) -> tuple[FileOfState, ...]:
        """Every file on every shelf; links are neither followed nor counted.

        A file is dated by the instant in its name, else by its time less ``offset``, which is the system's clock less
        the agent's. One dated in the future or before there were boxes counts as written ``now``, from now on.
        """
        listing = tuple(file for shelf, folder in self._shelves.items() for file in _files(shelf, folder, offset))
        return listing if now is None else tuple(_believed(file, now, offset) for file in listing)

    def room(self) -> Room:
        """How much there is; raises OutsideError where the disk does not answer."""
        try:
            disk = os.statvfs(self._state)
            database = sum(path.stat().st_blocks * BLOCK for path in self._state.glob(f"{DATABASE}*"))
        except OSError as error:
            raise OutsideError(f"state {self._state}: cannot be measured: {error.strerror}") from error
        return Room(free=disk.f_bavail * disk.f_frsize, database=database)

    def delete(self, files: Iterable[FileOfState]) -> int:
        """Take files away, and the folders this empties; returns the bytes freed.

        Of evidence the note goes first: where it is, the pictures are.

        Raises:
            OutsideError: The disk is read-only or failing; what went before is gone.
        """
        freed = 0
        for file in sorted(files, key=lambda each: each.path.suffix != ".json"):
            try:
                file.path.unlink(missing_ok=True)
            except OSError as error:
                raise OutsideError(f"{file.path}: cannot be deleted: {error.strerror}") from error
            freed += file.size
            self._tidy(file)
        return freed

    def _tidy(self, file: FileOfState) -> None:
        """Remove the folders that were emptied; one in which something is written at this moment stays."""
        shelf = self._shelves[file.shelf]
        for folder in file.path.parents:
            if folder == shelf or not folder.is_relative_to(shelf):
                return
            try:
                folder.rmdir()
            except OSError:
                return


def write_time(folder: Path, clock: Clock) -> timedelta:
    """How long a small write takes until it is on the disk of ``folder``, which need not exist yet: the median of some.

    Raises:
        OutsideError: Nothing can be written there.
    """
    taken, folder = [], standing(folder)
    try:
        with TemporaryFile(dir=folder, buffering=0) as file:
            for _ in range(WRITES):
                began = clock.now()
                file.write(bytes(4096))
                os.fsync(file.fileno())
                taken.append(clock.now() - began)
    except OSError as error:
        raise unwritten(error, f"{folder}: cannot be written: {error.strerror}") from error
    return median_low(taken)


def standing(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)


def _named(path: Path) -> datetime | None:
    """The instant that the agent wrote into a name."""
    stamp = STAMP.match(path.name)
    if stamp is None:
        return None
    try:
        return datetime.strptime(stamp[1], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _believed(file: FileOfState, now: datetime, offset: timedelta) -> FileOfState:
    """The same with a date that can be: its own, else that of its last writing, else now, which is then kept."""
    if EARLIEST <= file.written <= now + AHEAD:
        return file
    try:
        touched = datetime.fromtimestamp(file.path.lstat().st_mtime, UTC) - offset
        if not EARLIEST <= touched <= now + AHEAD:
            touched = now
            stamp = (now + offset).timestamp()
            os.utime(file.path, (stamp, stamp), follow_symlinks=False)
    except OSError:  # gone meanwhile, or read-only: then it cannot be deleted either
        touched = now
    return replace(file, written=touched)


def _files(shelf: Shelf, folder: Path, offset: timedelta) -> Iterator[FileOfState]:
    for parent, _, names in os.walk(folder):  # a folder that vanishes meanwhile is passed over
        for name in names:
            if not any(fnmatchcase(name, pattern) for pattern in OURS[shelf]):
                continue
            path = Path(parent, name)
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            if not S_ISREG(status.st_mode):
                continue
            within = path.relative_to(folder).parts
            yield FileOfState(
                path=path,
                shelf=shelf,
                size=status.st_blocks * BLOCK,
                written=_named(path) or datetime.fromtimestamp(status.st_mtime, UTC) - offset,
                incident=within[0] if shelf is Shelf.EVIDENCE and len(within) > 1 else None,
            )
