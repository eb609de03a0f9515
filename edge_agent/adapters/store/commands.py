"""The commands of the operations centre: each kept before it is done, and answered in the transaction that does it.

::

    heard ─▶ pending ─▶ done, with its receipt in the outbox      the same id again: the same receipt once more

A power cut leaves a command either pending, to be taken up at the next start, or done and answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.adapters.store import outbox
from edge_agent.config.wire.events import instant_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from edge_agent.ports import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A command that was heard and not answered."""

    id: str
    verb: str
    payload: bytes


class CommandBook:
    """All commands of a store; ``writing`` opens a transaction of it."""

    def __init__(self, writing: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._writing = writing

    def hear(self, command: Pending, at: datetime) -> Pending | None:
        """Keep a command; where its id was heard before, nothing is kept, and what was heard under it comes back."""
        with self._writing() as connection:
            new = connection.execute(
                "INSERT INTO commands (id, verb, payload, heard) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (command.id, command.verb, command.payload, instant_text(at)),
            ).rowcount
            if new:
                return None
            ((verb, payload),) = connection.execute(
                "SELECT verb, payload FROM commands WHERE id = ?", (command.id,)
            ).fetchall()
            return Pending(id=command.id, verb=verb, payload=payload)

    def repeat(self, command: str, at: datetime) -> None:
        """Send the receipt of a command once more, where it has one."""
        with self._writing() as connection:
            _repeat(connection, command, instant_text(at))

    def reply(self, receipt: Message, at: datetime) -> None:
        """Send a receipt of what is not kept, once more where it was sent before."""
        with self._writing() as connection:
            outbox.queue(connection, (receipt,), instant_text(at))
            connection.execute("UPDATE outbox SET delivered = 0 WHERE id = ?", (receipt.id,))

    def pending(self) -> tuple[Pending, ...]:
        """What was heard and not answered, in the order it came."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT id, verb, payload FROM commands WHERE done IS NULL ORDER BY heard, rowid"
            ).fetchall()
        return tuple(Pending(id=row[0], verb=row[1], payload=row[2]) for row in rows)

    def waits(self, command: str) -> bool:
        """Whether a command is still to be answered."""
        with self._writing() as connection:
            ((count,),) = connection.execute(
                "SELECT count(*) FROM commands WHERE id = ? AND done IS NULL", (command,)
            ).fetchall()
        return bool(count)

    def settle(self, command: str, receipt: Message, at: datetime) -> None:
        """Answer a command that changed no camera's world."""
        with self._writing() as connection:
            settle(connection, command, (receipt,), instant_text(at))
            outbox.queue(connection, (receipt,), instant_text(at))

    def camera_of(self, incident: str) -> str | None:
        """The camera that an incident was seen by, as far as anything of it is still kept."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT camera FROM snapshots WHERE incident = ?1 UNION SELECT camera FROM work_orders"
                " WHERE incident = ?1 UNION SELECT camera FROM strikes WHERE incident = ?1 LIMIT 1",
                (incident,),
            ).fetchall()
        return str(rows[0][0]) if rows else None


def settle(connection: sqlite3.Connection, command: str, messages: tuple[Message, ...], at: str | None) -> None:
    """Mark a command as answered by the receipt that is among ``messages``."""
    for message in messages:
        if message.topic.endswith(f"/receipt/{command}"):
            connection.execute(
                "UPDATE commands SET done = ?, topic = ?, receipt = ? WHERE id = ? AND done IS NULL",
                (at, message.topic, message.payload, command),
            )


def _repeat(connection: sqlite3.Connection, command: str, at: str) -> None:
    """Put the receipt into the outbox again, at the place it had, where it has one still."""
    connection.execute(
        "INSERT INTO outbox (id, key, topic, payload, at)"
        " SELECT 'receipt-' || id, 'receipt-' || id, topic, receipt, ? FROM commands WHERE id = ? AND done IS NOT NULL"
        " ON CONFLICT (id) DO UPDATE SET delivered = 0",
        (at, command),
    )
