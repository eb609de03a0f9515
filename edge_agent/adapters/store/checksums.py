"""Checksums: every row carries one of its other columns, so that a flipped bit is found and not believed.

SQLite finds damage of its pages' structure, and none inside a value. The sums are kept by triggers of our own
connection: whoever else writes into the file leaves rows that are found out at the next start. A message brings its sum
along, so that a large one is not written twice.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire.events import decode_world
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

COLUMN: Final = "checksum"
SIZE: Final = 8  # bytes
FIRST: Final = 8  # the schema that has them


def keep_sums(connection: sqlite3.Connection) -> None:
    """Have every row that is written from now on over this connection carry its sum."""
    connection.create_function("checksum", -1, _checksum, deterministic=True)
    for table in _tables(connection):
        columns = ", ".join(_columns(connection, table))
        for what in ("INSERT", f"UPDATE OF {columns}"):
            connection.execute(
                f"CREATE TEMP TRIGGER {table}_{what[:6].lower()} AFTER {what} ON main.{table}"  # noqa: S608 - our own words
                f" WHEN NEW.{COLUMN} IS NOT {sum_of(_columns(connection, table), 'NEW.')} BEGIN"
                f" UPDATE {table} SET {COLUMN} = {_sum(connection, table)} WHERE rowid = NEW.rowid; END"
            )


def sum_all(connection: sqlite3.Connection, damaged: Mapping[str, tuple[int, ...]]) -> None:
    """Give a sum to every row, of a store whose tables have changed; those that were ``damaged`` before stay so."""
    connection.create_function("checksum", -1, _checksum, deterministic=True)
    for table in _tables(connection):
        rows = ", ".join(map(str, damaged.get(table, ())))
        connection.execute(
            f"UPDATE {table} SET {COLUMN} = {_sum(connection, table)} WHERE rowid NOT IN ({rows})"  # noqa: S608 - as above
        )


def damaged_rows(connection: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    """By table the rows that are not what was written, and worlds that cannot be read; only tables that have any."""
    connection.create_function("checksum", -1, _checksum, deterministic=True)
    damage = {}
    for table in _tables(connection):
        rows = connection.execute(
            f"SELECT rowid FROM {table} WHERE {COLUMN} IS NOT {_sum(connection, table)}"  # noqa: S608 - as above
        ).fetchall()
        bad = {row[0] for row in rows}
        if table == "worlds":
            texts = connection.execute("SELECT rowid, CAST(world AS BLOB) FROM worlds").fetchall()
            bad |= {rowid for rowid, text in texts if not _is_world(text)}
        if bad:
            damage[table] = tuple(sorted(bad))
    return damage


def without(connection: sqlite3.Connection, damaged: dict[str, tuple[int, ...]]) -> None:
    """Take the damaged rows out, in one transaction; records go on behind the highest number that is left."""
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in damaged.items():
        for rowid in rows:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - as above
    connection.execute(
        "INSERT INTO counters (name, value) SELECT 'records', coalesce(max(number), 0) FROM outbox WHERE true"
        " ON CONFLICT DO NOTHING"
    )
    connection.execute("COMMIT")


def _tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return tuple(str(name) for (name,) in rows)


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT name FROM pragma_table_info(?) WHERE name NOT IN (?, 'position')", (table, COLUMN)
    ).fetchall()
    return tuple(str(name) for (name,) in rows)


def _sum(connection: sqlite3.Connection, table: str) -> str:
    """The sum of a row as SQL; as bytes, for a flipped bit may leave text that is no text."""
    return sum_of(_columns(connection, table))


def sum_of(values: Iterable[str], prefix: str = "") -> str:
    """The sum of some SQL expressions, as SQL; in the order of the table's columns."""
    return f"checksum({', '.join(f'CAST({prefix}{each} AS BLOB)' for each in values)})"


def _checksum(*values: bytes | None) -> bytes:
    whole = blake2b(digest_size=SIZE)
    for value in values:
        whole.update(b"-" if value is None else b"%d:" % len(value) + value)
    return whole.digest()


def _is_world(text: bytes) -> bool:
    try:
        decode_world(text.decode())
    except (BadInputError, UnicodeDecodeError):
        return False
    return True
