"""Putting a database aside under a name with the time in it, and writing one anew whose file was taken away."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from os.path import lexists
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.database import connect, translated
from edge_agent.config.wire.events import instant_text
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FILES: Final = ("", "-wal", "-shm")  # SQLite's own suffixes


def set_aside(path: Path, now: datetime) -> Path:
    """Move a database and what belongs to it to a name with the time in it; returns the new name."""
    aside = free_name(path, now)
    try:
        for suffix in FILES:
            part = path.with_name(path.name + suffix)
            if lexists(part):  # a link to nothing too
                part.replace(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise unwritten(error, f"state {path}: cannot be moved aside: {error.strerror}") from error
    return aside


def free_name(path: Path, now: datetime) -> Path:
    """A name beside ``path``, with the time in it, that nothing has yet."""
    stamp = instant_text(now).replace("-", "").replace(":", "").replace(".", "")
    first = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    names = (first, *(first.with_name(f"{first.stem}-{n}{first.suffix}") for n in range(2, 1000)))
    return next(each for each in names if not lexists(each))


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies under a name, by device and inode; None where none does."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def written_anew(gone: sqlite3.Connection, path: Path, now: datetime) -> tuple[sqlite3.Connection, str]:
    """Write all that the connection to a file that was taken away still has into ``path``; that file is open then.

    Returns its connection, and what was done in a sentence. An error leaves the old connection as it was.
    """
    aside = f"; what lay there instead is now {set_aside(path, now).name}" if lexists(path) else ""
    partial = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in (partial, *(path.with_name(path.name + suffix) for suffix in FILES)):
            old.unlink(missing_ok=True)
        with translated(path):
            gone.execute("VACUUM INTO ?", (str(partial),))
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise unwritten(error, f"state {path}: cannot be written anew: {error.strerror}") from error
    opened = connect(path)
    with closing(gone):
        return (
            opened,
            f"state {path}: was taken away under the running agent, and is written anew; nothing is lost{aside}",
        )
