"""What a store forgets: that is over, told, and older than anybody will ask for. What waits is never forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.config.wire import decode_world

if TYPE_CHECKING:
    import sqlite3

PAGE: Final = 2000  # rows of a table in one transaction: a look must not wait for more
YEARS: Final = (
    1  # longer than everything else: a row is small, shows nobody, and a city compares a month with last year's
)

_OVER: Final = (
    ("outbox", "delivered = 1 AND (at IS NULL OR at < ?)"),
    ("notes", "at < ?"),
    ("snapshots", "at < ?"),
    ("warnings", "answered < ?"),
    ("work_orders", "closed < ?"),
    ("commands", "done < ?"),
    ("outcomes", f"coalesce(ended, opened) < strftime('%Y-%m-%dT%H:%M:%S', ?, '-{YEARS} year')"),
)


def forget(connection: sqlite3.Connection, before: str) -> int:
    """Delete up to a page of each table's rows that were over before that instant; returns how many went."""
    return sum(
        connection.execute(
            f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {over} LIMIT {PAGE})",  # noqa: S608 - our own words, above
            (before,),
        ).rowcount
        for table, over in _OVER
    )


def open_incidents(connection: sqlite3.Connection, since: str) -> frozenset[str]:
    """The incidents of the worlds told of ``since``, those a thing may still return to, and those not delivered yet."""
    worlds = connection.execute("SELECT world FROM worlds WHERE at >= ?", (since,)).fetchall()
    cases = [case for (text,) in worlds for world in [decode_world(text)] for case in (*world.cases, *world.departed)]
    told = {case.record.incident for case in cases if case.record is not None}
    waiting = connection.execute("SELECT DISTINCT key FROM outbox WHERE delivered = 0").fetchall()
    return frozenset(told | {key for (key,) in waiting})
