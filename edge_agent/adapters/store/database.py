"""Opening the database file: one agent at a time, brought up to date, its errors turned into ours.

::

    sqlite3.Error
    ├── full                                ─▶ DiskFullError  (an OutsideError that housekeeping may mend)
    ├── read-only, cannot open, I/O, busy   ─▶ OutsideError   (a person or time may mend it; nothing is lost)
    ├── damaged, not a database                 ─▶ BadInputError  (only a person can)
    └── constraint, misuse, bad SQL             ─▶ Bug
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import BadInputError, Bug, OutsideError
from edge_agent.ports import DiskFullError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS: Final = 5.0  # another program may be reading or copying the file

_OUTSIDE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the file or its disk is read-only",
    sqlite3.SQLITE_PERM: "no permission to write",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened for writing",
    sqlite3.SQLITE_BUSY: "locked by another program",
    sqlite3.SQLITE_LOCKED: "locked by another program",
    sqlite3.SQLITE_IOERR: "the disk refuses to read or write",
}
_DAMAGED: Final = {
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not an SQLite database",
}


def hold(path: Path) -> int:
    """Take the state for this process; the descriptor keeps it, and the system lets go if the process is killed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise OutsideError(f"state {path}: the folder cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(held)
        raise OutsideError(f"state {path}: another edge-agent is using it") from error
    return held


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, check it, and bring its tables up to date."""
    with translated(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with translated(path):
            _check(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, one sentence each."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF  # the low byte is the primary code
        if code in _OUTSIDE:
            full = code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(path))
            kind = DiskFullError if full else OutsideError
            raise kind(f"state {path}: {_OUTSIDE[code]} ({error}); what was stored before is kept") from error
        if code in _DAMAGED:
            raise BadInputError(f"state {path}: {_DAMAGED[code]} ({error}); move it away to start anew") from error
        raise Bug(f"state {path}: {error}") from error


def _no_room(path: Path) -> bool:
    """SQLite calls it an I/O error where the shared memory beside the file finds no room."""
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return False
    return found.f_bavail == 0


def migrations() -> tuple[str, ...]:
    """The scripts of ``schema.sql``, in order; each heading carries its number."""
    text = files("edge_agent.adapters.store").joinpath("schema.sql").read_text(encoding="utf-8")
    _, *parts = re.split(r"^-- migration (\d+):.*$", text, flags=re.MULTILINE)
    numbers, scripts = [int(number) for number in parts[::2]], parts[1::2]
    if numbers != list(range(1, len(scripts) + 1)):
        raise Bug(f"schema.sql: migrations must be numbered 1, 2, 3 ..., got {numbers}")
    return tuple(scripts)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise BadInputError(f"state {path}: the file is damaged ({found}); move it away to start anew")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    scripts = migrations()
    if version > len(scripts):
        raise BadInputError(
            f"state {path}: written by a newer edge-agent (schema {version}, this one knows {len(scripts)})"
        )
    ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    if version == 0 and tables:
        raise BadInputError(f"state {path}: is a database of another program, expected one of edge-agent")
    for number, script in enumerate(scripts[version:], start=version + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
