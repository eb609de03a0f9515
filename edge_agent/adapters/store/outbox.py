"""The outbox: messages on their way to the broker, in the order they were committed.

::

    queued ─┬─▶ delivered      the broker has taken it; forgotten after a while
            ├─▶ dead letter    the broker will never take it; kept for a person
            └─▶ dropped        only health, the oldest first, and only where too much waits
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.checksums import sum_of
from edge_agent.ports import Message, Outgoing

if TYPE_CHECKING:
    import sqlite3

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
        "SELECT position, id, key, topic, payload, expires_s, number FROM outbox"
        " WHERE delivered = 0 AND position > ? ORDER BY position LIMIT ?",
        (after, limit),
    )
    return tuple(
        Outgoing(
            row[0],
            Message(id=row[1], key=row[2], topic=row[3], payload=_numbered(row[4], row[6]), expires=_span(row[5])),
        )
        for row in rows
    )


def delivered(connection: sqlite3.Connection, orders: tuple[int, ...]) -> None:
    """Mark rows as taken by the broker."""
    connection.executemany(
        f"UPDATE outbox SET delivered = 1, checksum = {_DELIVERED} WHERE position = ?",  # noqa: S608 - as above
        [(order,) for order in orders],
    )


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
