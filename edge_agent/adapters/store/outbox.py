"""What a store forgets: that is over, told, and older than anybody will ask for. What waits is never forgotten.

What a store has been given to tell, delivered or not.

The outbox: messages on their way to the broker, in the order they were committed.

::

    queued ─┬─▶ delivered      the broker has taken it; waits again where it may not have saved it; later forgotten
            ├─▶ dead letter    the broker will never take it; kept for a person
            └─▶ dropped        only health, the oldest first, and only where too much waits
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.checksums import sum_of
from edge_agent.adapters.store.database import BUSY_SECONDS, translated
from edge_agent.config.wire.events import decode_world
from edge_agent.ports import Message, Outgoing

if TYPE_CHECKING:
    from pathlib import Path

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
    ("reviews", "? IS NOT NULL AND incident NOT IN (SELECT incident FROM outcomes)"),
    ("strikes", f"at < strftime('%Y-%m-%dT%H:%M:%S', ?, '-{YEARS} year')"),
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
    open_ids = {case.record.incident for case in cases if case.record is not None}
    waiting = connection.execute("SELECT DISTINCT key FROM outbox WHERE delivered = 0").fetchall()
    return frozenset(open_ids | {key for (key,) in waiting})


def payloads(path: Path) -> tuple[bytes, ...]:
    """The payload of every message that is or was in the outbox, in its order.

    Raises:
        OutsideError: The store cannot be opened or read.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    with translated(path), closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as reader:
        return tuple(bytes(payload) for (payload,) in reader.execute("SELECT payload FROM outbox ORDER BY position"))


SECOND: Final = timedelta(seconds=1)
EVENT: Final = b'{"specversion"'
_COLUMNS: Final = ("id", "key", "topic", "payload", "delivered", "at", "expires_s", "number")
_SUM: Final = sum_of(("?1", "?2", "?3", "?4", "0", "?5", "?6", "n"))
_DELIVERED: Final = sum_of("1" if each == "delivered" else each for each in _COLUMNS)


def queue(connection: sqlite3.Connection, messages: tuple[Message, ...], at: str | None) -> None:
    """Put messages at the end; one that was queued before, or is a dead letter, is not queued again."""
    connection.executemany(
        f"INSERT INTO outbox ({', '.join(_COLUMNS)}, checksum) SELECT ?1, ?2, ?3, ?4, 0, ?5, ?6, n, {_SUM} FROM"  # noqa: S608 - our own words
        " (SELECT CASE WHEN ?6 IS NULL THEN (SELECT value + 1 FROM counters WHERE name = 'records') END AS n)"
        " WHERE NOT EXISTS (SELECT 1 FROM dead_letters WHERE id = ?1) ON CONFLICT DO NOTHING",
        [(each.id, each.key, each.topic, each.payload, at, _seconds(each.expires)) for each in messages],
    )


def pending(connection: sqlite3.Connection, limit: int, after: int) -> tuple[Outgoing, ...]:
    """The oldest undelivered rows behind place ``after``."""
    rows = connection.execute(
        "SELECT position, id, key, topic, payload, expires_s, number, times"
        " FROM outbox LEFT JOIN unsettled ON message = position"
        " WHERE delivered = 0 AND position > ? ORDER BY position LIMIT ?",
        (after, limit),
    )
    return tuple(
        Outgoing(
            row[0],
            Message(id=row[1], key=row[2], topic=row[3], payload=_numbered(row[4], row[6]), expires=_span(row[5])),
            row[7] or 0,
        )
        for row in rows
    )


def delivered(connection: sqlite3.Connection, orders: tuple[int, ...]) -> None:
    """Mark rows as taken by the broker, which may not have saved them."""
    rows = [(order,) for order in orders]
    connection.executemany(
        f"UPDATE outbox SET delivered = 1, checksum = {_DELIVERED} WHERE position = ?",  # noqa: S608 - as above
        rows,
    )
    connection.executemany("INSERT INTO unsettled (message, times) VALUES (?, 0) ON CONFLICT DO NOTHING", rows)


def settle(connection: sqlite3.Connection, orders: tuple[int, ...]) -> None:
    """Mark rows as saved by the broker."""
    connection.executemany("DELETE FROM unsettled WHERE message = ?", [(order,) for order in orders])


def offer_again(connection: sqlite3.Connection, times: int) -> int:
    """Have what was taken and not settled wait again, but for what has done so ``times``; returns how many do.

    What waits already was offered again before, and not taken since: that is no further time.
    """
    if not connection.execute("SELECT 1 FROM unsettled LIMIT 1").fetchall():
        return 0
    connection.execute(
        "DELETE FROM unsettled WHERE message NOT IN (SELECT position FROM outbox)"
        " OR times >= ? AND message IN (SELECT position FROM outbox WHERE delivered = 1)",
        (times,),
    )
    connection.execute(
        "UPDATE unsettled SET times = times + 1"
        " WHERE EXISTS (SELECT 1 FROM outbox WHERE position = message AND delivered = 1)"
    )
    return connection.execute(
        "UPDATE outbox SET delivered = 0 WHERE delivered = 1 AND position IN (SELECT message FROM unsettled)"
    ).rowcount


def bury(connection: sqlite3.Connection, order: int, reason: str) -> None:
    """Move a row to the dead letters."""
    connection.execute(
        "INSERT INTO dead_letters (position, id, key, topic, payload, at, reason)"
        " SELECT position, id, key, topic, payload, at, ? FROM outbox WHERE position = ?",
        (reason, order),
    )
    connection.execute("DELETE FROM outbox WHERE position = ?", (order,))


def shed(connection: sqlite3.Connection, limit: int) -> int:
    """Drop the oldest health that waits until ``limit`` rows wait, or no health is left; returns how many went."""
    ((waiting,),) = connection.execute("SELECT count(*) FROM outbox WHERE delivered = 0").fetchall()
    if waiting <= limit:
        return 0
    return connection.execute(
        "DELETE FROM outbox WHERE position IN (SELECT position FROM outbox"
        " WHERE delivered = 0 AND expires_s IS NOT NULL ORDER BY position LIMIT ?)",
        (waiting - limit,),
    ).rowcount


def _numbered(payload: bytes, number: int | None) -> bytes:
    """A CloudEvent with the agent's number of it in front; whatever else is queued stays as it is."""
    if number is None or not payload.startswith(EVENT):
        return payload
    return b'{"agentseq":%d,' % number + payload[1:]


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else span // SECOND


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else seconds * SECOND
