"""Opening a store whatever state it is in: what is no store is moved aside, and what was lost is said.

::

    damaged, foreign, empty         moved aside with the time in its name (with -wal and -shm), started anew
    a folder, a pipe, a dead link   the same
    missing, though there was one   started anew
    rows that are not what was written   a copy is put aside, the rows are taken out, the rest goes on
    of a newer version, unreadable, held by another agent   refused as before: nothing is lost there

Nothing is ever deleted: what was moved aside is for a person to look at, and to take away.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from os.path import lexists
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.aside import free_name, set_aside
from edge_agent.adapters.store.checksums import damaged_rows, without
from edge_agent.adapters.store.database import DamagedError, connect, translated
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

HEADER: Final = 100  # bytes; SQLite takes a shorter file for none
BY_HAND: Final = "; move it away to start anew"  # what is said where nobody does it
EVERYTHING: Final = "open incidents, messages that waited, permits, silences and the count of records are lost"


def opened_store(path: Path, now: datetime, *, evidence: Path) -> tuple[SqliteStore, str]:
    """The store in ``path``, and a sentence on what was lost; an empty one where nothing was.

    Args:
        path: The database file.
        now: Put into the name of what is moved aside.
        evidence: The folder of pictures: where it holds any, there had been a store.

    Raises:
        OutsideError: The disk is full, read-only or failing, or another agent holds the state.
        BadInputError: The file is of a newer version.
    """
    lost = _missing(path, now, evidence)
    try:
        store = SqliteStore(path)
    except DamagedError as error:
        aside = set_aside(path, now)
        return SqliteStore(path), f"{str(error).removesuffix(BY_HAND)}: it is now {aside.name}; {EVERYTHING}"
    try:
        return store, lost or _taken_out(path, now)
    except BaseException:
        store.close()
        raise


def _missing(path: Path, now: datetime, evidence: Path) -> str:
    """What to say where there is no file, or one that holds nothing, and there must have been another."""
    try:
        spoilt = _no_database(path)
    except OSError:
        return ""  # opening it will say why
    if spoilt is None:
        return ""
    incidents = sum(1 for each in evidence.iterdir() if each.is_dir()) if evidence.is_dir() else 0
    orphans = any(lexists(path.with_name(path.name + suffix)) for suffix in ("-wal", ".lock"))
    if not (spoilt or incidents or orphans):
        return ""
    what = "is missing"
    if spoilt or lexists(path.with_name(f"{path.name}-wal")):  # a log of another file would be taken for the new one's
        moved = set_aside(path, now).name
        what = f"{spoilt} (it is now {moved})" if spoilt else what
    return f"state {path}: {what}, and evidence of {incidents} incidents lies beside it: started anew; {EVERYTHING}"


def _no_database(path: Path) -> str | None:
    """What is wrong with what lies there unopened: empty where there is no file, None where all may be well.

    Raises:
        OSError: It cannot be looked at.
    """
    if path.is_symlink() and not path.exists():  # also one that leads back to itself
        return "is a link to nothing"
    try:
        status = path.stat()
    except FileNotFoundError:
        return ""
    if not S_ISREG(status.st_mode):
        return f"is {'a folder' if S_ISDIR(status.st_mode) else 'no ordinary file'}, expected a database"
    return "is empty" if status.st_size < HEADER else None


def _taken_out(path: Path, now: datetime) -> str:
    """Look at every row, by a connection of our own; what was taken out in words."""
    with translated(path), closing(connect(path)) as connection:
        damaged = damaged_rows(connection)
        if not damaged:
            return ""
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        aside = free_name(path, now)
        try:
            shutil.copyfile(path, aside)
        except OSError as error:
            raise unwritten(error, f"state {path}: cannot be copied aside: {error.strerror}") from error
        without(connection, damaged)
    rows = ", ".join(f"{len(rows_of)} of {table}" for table, rows_of in damaged.items())
    return f"state {path}: damaged rows were taken out ({rows}); a copy as it was is {aside.name}"
