"""The one durable place: world, outbox and warnings of a box, in one SQLite file.

A step of the core is one transaction, so a power cut leaves either the old world with none of the new effects or
the new world with all of them::

    event ─▶ step ─▶ commit ┬ worlds replaced, outcomes, work orders, snapshots, notes
                            └ warnings answered and asked, messages queued in the outbox, each id once

Write-ahead log with ``synchronous=FULL``: what ``commit`` has returned for is on the disk. One connection behind a
lock serves every thread, and a lock file keeps a second agent off the same state; other programs may read.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.adapters.store import commands, outbox, outcomes
from edge_agent.adapters.store.aside import identity, written_anew
from edge_agent.adapters.store.database import connect, hold, translated
from edge_agent.adapters.store.effect_rows import keep
from edge_agent.adapters.store.history import WAITING
from edge_agent.adapters.store.jumps import JumpBook
from edge_agent.adapters.store.open_book import OpenBook
from edge_agent.adapters.store.outbox import forget, open_incidents
from edge_agent.config.wire.events import decode_world, encode_world, instant_text
from edge_agent.core.effects import (
    Receipt,
    Speak,
)
from edge_agent.core.events import FrameSeen, WarningAnswered
from edge_agent.ports import Backlog, Message, Outgoing, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.incident.world import World
    from edge_agent.core.score.outcomes import IncidentOutcome


class SqliteStore:
    """State of one box in ``path``; made on first use, brought up to date when an older version wrote it.

    Raises:
        OutsideError: The disk is full, read-only or failing, or another agent holds the state.
        BadInputError: The file is damaged, no database, or of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        held = hold(path)
        try:
            self._connection = connect(path)
        except BaseException:
            os.close(held)
            raise
        self._held: int | None = held
        self._file = identity(path)
        self.commands = commands.CommandBook(self._writing)
        self.jumps = JumpBook(self._writing)
        self.open = OpenBook(self._writing)

    def close(self) -> None:
        """Let go of the state; closing twice is fine."""
        with self._lock, translated(self._path):
            self._connection.close()
            if self._held is not None:
                os.close(self._held)
            self._held = None

    def mend(self, now: datetime) -> str:
        """Write the file anew where it was taken away; says what was done, nothing where it is there."""
        with self._lock:
            if identity(self._path) == self._file:
                return ""
            self._connection, done = written_anew(self._connection, self._path, now)
            self._file = identity(self._path)
            return done

    def load(self, camera: str) -> World | None:
        """The world as last committed, or None on a first start."""
        rows = self._read("SELECT world FROM worlds WHERE camera = ?", camera)
        return decode_world(str(rows[0][0])) if rows else None

    def progress(self, camera: str) -> Progress:
        """How far the committed world of a camera has come."""
        rows = self._read("SELECT events, looked FROM worlds WHERE camera = ?", camera)
        return Progress(events=rows[0][0], looked=_instant(rows[0][1])) if rows else Progress()

    def latest(self) -> datetime | None:
        """The latest instant that any camera has come to; time must not begin before it."""
        return _instant(self._read("SELECT max(at) FROM worlds")[0][0])

    def commit(
        self, world: World, events: tuple[Event, ...], effects: tuple[Effect, ...], messages: tuple[Message, ...] = ()
    ) -> None:
        """Keep the world after ``events``, their effects, and the messages these become: all or nothing."""
        text = encode_world(world)
        with self._writing() as connection:
            _keep_world(connection, world, events, text)
            for event in events:
                if isinstance(event, WarningAnswered):
                    _answer(connection, event)
            for effect in effects:
                keep(connection, world.camera, effect)
                if isinstance(effect, Receipt):
                    commands.settle(connection, effect.command, messages, _text(effect.at))
            outbox.queue(connection, messages, _text(world.at))

    def queue(self, messages: tuple[Message, ...], at: datetime) -> None:
        """Keep messages that follow from no camera's world."""
        with self._writing() as connection:
            outbox.queue(connection, messages, _text(at))

    def unanswered(self, camera: str) -> tuple[Speak, ...]:
        """Requests to speak whose outcome the core has not been told, oldest first."""
        rows = self._read(
            "SELECT id, asked, incident, zone, kind, n, attempt, expires, text, step FROM warnings"
            " WHERE camera = ? AND answered IS NULL ORDER BY asked, n, attempt",
            camera,
        )
        return tuple(_speak(row) for row in rows)

    def pending(self, limit: int, *, after: int = 0) -> tuple[Outgoing, ...]:
        """The oldest undelivered rows of the outbox behind place ``after``, in the order they were committed."""
        with self._lock, translated(self._path):
            return outbox.pending(self._connection, limit, after)

    def delivered(self, orders: tuple[int, ...]) -> None:
        """Mark rows as taken by the broker, which may not have saved them."""
        with self._writing() as connection:
            outbox.delivered(connection, orders)

    def settle(self, orders: tuple[int, ...]) -> None:
        """Mark rows as saved by the broker."""
        with self._writing() as connection:
            outbox.settle(connection, orders)

    def offer_again(self, times: int) -> int:
        """Have what was taken and not settled wait again, but for what has done so ``times``; returns how many do."""
        with self._writing() as connection:
            return outbox.offer_again(connection, times)

    def bury(self, order: int, reason: str) -> None:
        """Put a row that the broker will never take among the dead letters."""
        with self._writing() as connection:
            outbox.bury(connection, order, reason)

    def shed(self, limit: int) -> int:
        """Drop the oldest health that waits, so that no more than ``limit`` messages do; returns how many went."""
        with self._writing() as connection:
            return outbox.shed(connection, limit)

    def backlog(self) -> Backlog:
        """How much waits."""
        ((messages, warnings, work_orders, taken, dead),) = self._read(WAITING)
        return Backlog(messages=messages, warnings=warnings, work_orders=work_orders, taken=taken, dead=dead)

    def outcomes(self, since: datetime) -> tuple[IncidentOutcome, ...]:
        """What became of the incidents that opened then or later."""
        with self._lock, translated(self._path):
            return outcomes.opened_since(self._connection, since)

    def forget(self, before: datetime) -> int:
        """Delete some of what was over before then; returns how many rows went, 0 once all have."""
        with self._writing() as connection:
            return forget(connection, instant_text(before))

    def open_incidents(self, since: datetime) -> frozenset[str]:
        """Incidents that are not over or not told; of cameras that have not been seen ``since`` only the latter."""
        with self._lock, translated(self._path):
            return open_incidents(self._connection, instant_text(since))

    def _read(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock, translated(self._path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; whatever goes wrong inside, nothing of it stays."""
        with self._lock, translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends it by itself when the disk is full
                    self._connection.execute("ROLLBACK")
                raise


def _keep_world(connection: sqlite3.Connection, world: World, events: tuple[Event, ...], text: str) -> None:
    looked = max((event.at for event in events if isinstance(event, FrameSeen)), default=None)
    connection.execute(
        "INSERT INTO worlds (camera, at, looked, events, world) VALUES (?, ?, ?, ?, ?) ON CONFLICT (camera) DO UPDATE"
        " SET at = excluded.at, looked = coalesce(excluded.looked, looked), events = events + excluded.events,"
        " world = excluded.world",
        (world.camera, _text(world.at), _text(looked), len(events), text),
    )


def _answer(connection: sqlite3.Connection, event: WarningAnswered) -> None:
    connection.execute(
        "UPDATE warnings SET answered = ?, result = ?, reason = ? WHERE incident = ? AND n = ? AND answered IS NULL",
        (_text(event.at), event.result, event.reason, event.incident, event.n),
    )


def _speak(row: sqlite3.Row) -> Speak:
    return Speak(
        id=row[0],
        at=datetime.fromisoformat(row[1]),
        incident=row[2],
        zone=row[3],
        kind=row[4],
        n=row[5],
        attempt=row[6],
        expires_at=datetime.fromisoformat(row[7]),
        text=json.loads(row[8]),
        step=row[9] or "",
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
