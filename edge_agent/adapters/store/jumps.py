"""Where the clock has jumped between two runs, and records that are dated in a future that was none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire.events import decode_world, encode_world, instant_text
from edge_agent.core.incident.clock_jumps import Jump, moved

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager

# What is forgotten by its age, and must not wait for a day that was dated by mistake.
_DATED: Final = (
    *(("outbox", "at"), ("notes", "at"), ("snapshots", "at"), ("health", "at")),
    *(("warnings", "answered"), ("warnings", "expires"), ("work_orders", "closed")),
    *(("commands", "heard"), ("commands", "done"), ("outcomes", "opened"), ("outcomes", "ended")),
)


class JumpBook:
    """The jumps of a store; ``writing`` opens a transaction of it."""

    def __init__(self, writing: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._writing = writing

    def all(self) -> tuple[Jump, ...]:
        """Those remembered, the oldest first."""
        with self._writing() as connection:
            rows = connection.execute("SELECT at, by_s FROM clock_jumps ORDER BY at").fetchall()
        return tuple(Jump(datetime.fromisoformat(at), timedelta(seconds=by_s)) for at, by_s in rows)

    def ahead(self, jump: Jump) -> None:
        """Remember that the clock was found ahead of the records."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO clock_jumps (at, by_s) VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET by_s = excluded.by_s",
                (instant_text(jump.at), jump.by.total_seconds()),
            )

    def back(self, jump: Jump) -> None:
        """Bring all records to a clock that was set back: the worlds go on, what was dated later is dated now."""
        now = instant_text(jump.at)
        with self._writing() as connection:
            connection.execute("DELETE FROM clock_jumps WHERE at > ?", (now,))
            for (text,) in connection.execute("SELECT world FROM worlds WHERE at > ?", (now,)).fetchall():
                world = moved(decode_world(text), jump.by)
                connection.execute(
                    "UPDATE worlds SET at = ?, world = ? WHERE camera = ?",
                    (None if world.at is None else instant_text(world.at), encode_world(world), world.camera),
                )
            for table, column in _DATED:
                connection.execute(
                    f"UPDATE OR IGNORE {table} SET {column} = ?1 WHERE {column} > ?1",  # noqa: S608 - our own words, above
                    (now,),
                )
