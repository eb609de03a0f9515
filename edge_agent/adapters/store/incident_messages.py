"""What a store was given to tell of one incident, delivered, waiting or dead; also while an agent works with it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.database import translated
from edge_agent.adapters.store.history import known, reader

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_ALL: Final = "SELECT position, key, payload FROM outbox UNION ALL SELECT position, key, payload FROM dead_letters"


class IncidentMessages:
    """Reads the store in the file at ``path``; each method raises OutsideError where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def messages(self, incident: str) -> tuple[bytes, ...]:
        """The payload of every message of an incident and its work order, in the order in which they happened."""
        rows = self._rows(f"SELECT payload FROM ({_ALL}) WHERE key = ? ORDER BY position", incident)  # noqa: S608
        return tuple(bytes(payload) for (payload,) in rows)

    def since(self, position: int) -> tuple[int, frozenset[str]]:
        """The subjects of messages queued behind that position, and the last position there is."""
        rows = self._rows(f"SELECT position, key FROM ({_ALL}) WHERE position > ?", position)  # noqa: S608
        return max((row[0] for row in rows), default=position), frozenset(row[1] for row in rows)

    def undelivered(self) -> frozenset[str]:
        """The subjects of which something still waits for the broker."""
        return frozenset(row[0] for row in self._rows("SELECT DISTINCT key FROM outbox WHERE delivered = 0"))

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with translated(self._path), closing(reader(self._path)) as connection:
            known(connection, self._path)
            return connection.execute(query, values).fetchall()
