"""Opening the database file: one agent at a time, brought up to date, its errors turned into ours.

::

    sqlite3.Error
    ├── full                                ─▶ DiskFullError  (an OutsideError that housekeeping may mend)
    ├── read-only, cannot open, I/O, busy   ─▶ OutsideError   (a person or time may mend it; nothing is lost)
    ├── damaged, not a database             ─▶ DamagedError   (recovery.py moves it aside)
    └── constraint, misuse, bad SQL             ─▶ Bug
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.checksums import FIRST, damaged_rows, keep_sums, sum_all
from edge_agent.config.yaml.rewriting import OWNER_FILE, owners, private_folder
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


class DamagedError(BadInputError):
    """The file is not, or no longer, the database of an agent."""


def hold(path: Path) -> int:
    """Take the state for this process; the descriptor keeps it, and the system lets go if the process is killed."""
    try:
        private_folder(path.parent)
        held = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_FILE)
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
    with suppress(OSError):  # SQLite says better what is wrong; its other files get the mode of this one
        if not path.is_dir():
            os.close(owners(str(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC))
    with translated(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with translated(path):
            _check(connection, path)
            version = _version(connection, path)  # before anything is written: it may be somebody else's
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection, version)
            keep_sums(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, one sentence each."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DamagedError(f"state {path}: the file is damaged ({error.reason}); move it away to start anew") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF  # the low byte is the primary code
        if code in _OUTSIDE:
            full = code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(path))
            kind = DiskFullError if full else OutsideError
            raise kind(f"state {path}: {_OUTSIDE[code]} ({error}); what was stored before is kept") from error
        if code in _DAMAGED:
            raise DamagedError(f"state {path}: {_DAMAGED[code]} ({error}); move it away to start anew") from error
        raise Bug(f"state {path}: {error}") from error


def _no_room(path: Path) -> bool:
    """SQLite calls it an I/O error where the shared memory beside the file finds no room."""
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail == 0


def migrations() -> tuple[str, ...]:
    """The scripts of ``schema.sql``, in order; each heading carries its number."""
    text = files("edge_agent.adapters.store").joinpath("schema.sql").read_text(encoding="utf-8")
    _, *parts = re.split(r"^-- migration (\d+):.*$", text, flags=re.MULTILINE)
    numbers, scripts = [int(number) for number in parts[::2]], parts[1::2]
    if numbers != list(range(1, len(scripts) + 1)):
        raise Bug(f"schema.sql: migrations must be numbered 1, 2, 3 ..., got {numbers}")
    return tuple(scripts)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise DamagedError(f"state {path}: the file is damaged ({verdict}); move it away to start anew")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Run what is missing, each with the new sums of its rows in one transaction; what was damaged before stays so."""
    scripts = migrations()[version:]
    damaged = damaged_rows(connection) if scripts and version >= FIRST else {}
    for number, script in enumerate(scripts, start=version + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number};")
            if number >= FIRST:
                sum_all(connection, damaged)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema that the file has; raises BadInputError where it is a newer one, or not what it says."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    newest, tables = len(migrations()), _schema(connection)
    if version != newest and tables == _schema_of(newest):
        raise DamagedError(f"state {path}: has the tables of schema {newest} and says that it is {version}")
    if version > newest:
        raise BadInputError(f"state {path}: written by a newer edge-agent (schema {version}, this one knows {newest})")
    if version == 0 and tables:
        raise DamagedError(f"state {path}: is a database of another program, expected one of edge-agent")
    if tables != _schema_of(version):
        raise DamagedError(f"state {path}: its tables are not those of schema {version}")
    return int(version)


def _schema(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    """What is defined in a database; read as bytes, for a flipped bit may leave text that is no text."""
    rows = connection.execute(
        "SELECT type, name, CAST(coalesce(sql, '') AS BLOB) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return frozenset((*map(str, row[:2]), _words(bytes(row[2]).decode("utf-8", "replace"))) for row in rows)


def _words(sql: str) -> str:
    """Without comments and layout, which an older version may have had otherwise."""
    return " ".join(re.sub(r"--.*", "", sql).replace(",", " , ").split())


@cache
def _schema_of(version: int) -> frozenset[tuple[str, ...]]:
    """What a store of that version has, found by making one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        for script in migrations()[:version]:
            made.executescript(script)
        return _schema(made)
