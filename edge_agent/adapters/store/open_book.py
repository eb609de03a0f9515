"""What is open, and the last message of it once more: for a centre that joins late, or that has lost some."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire.standing_data import OpenIncident, OpenOrder
from edge_agent.core.effects import ReportHealth
from edge_agent.core.feed.incidents import ReviewStatus
from edge_agent.core.feed.work_orders import OrderStatus

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_LAST: Final = (  # the ids of the last messages: of what is open, or of one incident and its work order
    "SELECT incident || '-' || seq FROM outcomes WHERE CASE WHEN ?1 IS NULL THEN ended IS NULL ELSE incident = ?1 END"
    " UNION ALL SELECT id || '-' || seq FROM work_orders"
    " WHERE CASE WHEN ?1 IS NULL THEN closed IS NULL ELSE incident = ?1 END"
)


class OpenBook:
    """What is open in a store; ``writing`` opens a transaction of it. Each method raises OutsideError."""

    def __init__(self, writing: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._writing = writing

    def incidents(self) -> tuple[OpenIncident, ...]:
        """The incidents that are not over, in the order in which they opened."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT incident, seq, heard, ordered, camera, zone, kind, opened,"
                " (SELECT status FROM reviews WHERE reviews.incident = outcomes.incident)"
                " FROM outcomes WHERE ended IS NULL ORDER BY opened, incident"
            ).fetchall()
        return tuple(
            OpenIncident(
                id=row[0],
                seq=row[1],
                stage="escalated" if row[3] else "warned" if row[2] else "opened",
                delivered=row[2],
                camera=row[4],
                zone=row[5],
                kind=row[6],
                opened=datetime.fromisoformat(row[7]),
                review=None if row[8] is None else ReviewStatus(row[8]),
            )
            for row in rows
        )

    def orders(self) -> tuple[OpenOrder, ...]:
        """The work orders of which something is still to come, in the order in which they opened."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT id, incident, seq, status, opened FROM work_orders WHERE closed IS NULL ORDER BY opened, id"
            ).fetchall()
        return tuple(
            OpenOrder(
                id=row[0],
                incident=row[1],
                seq=row[2],
                stage=OrderStatus(row[3]),
                opened=datetime.fromisoformat(row[4]),
            )
            for row in rows
        )

    def health(self) -> tuple[ReportHealth, ...]:
        """The last state of every camera that ever had another than ``ok``."""
        with self._writing() as connection:
            rows = connection.execute("SELECT at, camera, state FROM health ORDER BY camera").fetchall()
        return tuple(ReportHealth(at=datetime.fromisoformat(row[0]), camera=row[1], state=row[2]) for row in rows)

    def tell_again(self, incident: str | None = None) -> int:
        """Have the last message of everything that is open delivered once more, or those of one incident, open or not.

        Returns how many; what has been forgotten, or is a dead letter, is not told again.
        """
        with self._writing() as connection:
            return connection.execute(f"UPDATE outbox SET delivered = 0 WHERE id IN ({_LAST})", (incident,)).rowcount  # noqa: S608 - our own words, above
