"""Looking into a store without touching it, also while an agent works with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.adapters.store.database import BUSY_SECONDS, migrations, translated
from edge_agent.core.errors import BadInputError
from edge_agent.ports import Backlog

if TYPE_CHECKING:
    from pathlib import Path

WAITING = (
    "SELECT (SELECT count(*) FROM outbox WHERE delivered = 0), (SELECT count(*) FROM warnings WHERE answered IS NULL),"
    " (SELECT count(*) FROM work_orders WHERE closed IS NULL), (SELECT count(*) FROM outbox WHERE delivered = 1),"
    " (SELECT count(*) FROM dead_letters)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a store holds; ``last`` is the latest instant of each camera, ``damage`` what SQLite finds wrong."""

    backlog: Backlog
    last: dict[str, datetime]
    damage: tuple[str, ...]


def inspect(path: Path) -> Inspection:
    """Read everything once, every page of it.

    Raises:
        OutsideError: It cannot be opened or read.
        BadInputError: It is no store, or that of another version.
    """
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        found = tuple(str(line) for (line,) in connection.execute("PRAGMA integrity_check(5)"))
        ((messages, warnings, work_orders, taken, dead),) = connection.execute(WAITING).fetchall()
        last = connection.execute("SELECT camera, at FROM worlds WHERE at IS NOT NULL").fetchall()
    return Inspection(
        backlog=Backlog(messages=messages, warnings=warnings, work_orders=work_orders, taken=taken, dead=dead),
        last={camera: datetime.fromisoformat(at) for camera, at in last},
        damage=() if found == ("ok",) else found,
    )


def reader(path: Path) -> sqlite3.Connection:
    """Open for reading; without an agent at work no file may appear beside the store, for it would be of this user."""
    resting = not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if resting else ''}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)


def known(connection: sqlite3.Connection, path: Path) -> None:
    """Raise BadInputError where the store is that of another version."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version != len(migrations()):
        raise BadInputError(f"state {path}: schema {version}, expected {len(migrations())}: start the agent once")
