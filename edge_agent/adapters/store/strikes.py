"""The strike ledger as the store keeps it: for statistics, longer than the world remembers what a rule still counts."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.adapters.store.database import translated
from edge_agent.adapters.store.history import known, reader
from edge_agent.config.wire.events import instant_text
from edge_agent.core.feed.strikes import Strike, StrikesBy

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_COLUMNS = "incident, camera, zone, kind, by, party, n, step, at, void, elsewhere"


def keep(connection: sqlite3.Connection, strike: Strike) -> None:
    """Enter a strike; or why it does not count any more, or that it is counted anew."""
    connection.execute(
        f"INSERT INTO strikes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own words, above
        " ON CONFLICT (incident) DO UPDATE SET void = excluded.void, n = excluded.n, step = excluded.step,"
        " elsewhere = excluded.elsewhere",
        (
            *(strike.incident, strike.camera, strike.zone, strike.kind, strike.by, strike.party),
            *(strike.n, strike.step, instant_text(strike.at), strike.void, strike.elsewhere),
        ),
    )


def read_strikes(path: Path, since: datetime | None) -> tuple[Strike, ...]:
    """The strikes of then or later, of the store in a file, in the order in which they came.

    Raises:
        OutsideError: It cannot be opened or read.
        BadInputError: It is no store, or that of another version.
    """
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM strikes WHERE ?1 IS NULL OR at >= ?1 ORDER BY at, incident",  # noqa: S608
            (None if since is None else instant_text(since),),
        ).fetchall()
    return tuple(_strike(row) for row in rows)


def _strike(row: sqlite3.Row) -> Strike:
    return Strike(
        incident=row[0],
        camera=row[1],
        zone=row[2],
        kind=row[3],
        by=StrikesBy(row[4]),
        party=row[5],
        n=row[6],
        step=row[7],
        at=datetime.fromisoformat(row[8]),
        void=row[9],
        elsewhere=row[10],
    )
