"""The worker's loop: take a batch, commit it, acknowledge it; when the database is away, wait and take it again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Event
from typing import Any, Final

import psycopg

from centre.clock import now
from centre.database.migrate import first_line
from centre.ingest.keep import Connection, KeepCounts, keep
from centre.ingest.listener import Held, Listener

WAIT_S: Final = 0.5
RETRY_S: Final = 0.5
SLOWEST_S: Final = 15.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What this worker has done since it was started."""

    new: int = 0
    again: int = 0
    bad: int = 0
    batches: int = 0
    trouble: str = ""

    def add(self, outcome: KeepCounts) -> None:
        """Count one batch."""
        self.new += outcome.new
        self.again += outcome.again
        self.bad += outcome.bad
        self.batches += 1


class Keeper:
    """Writes down what one listener hears. ``run`` goes on until ``stop`` is set."""

    def __init__(self, listener: Listener, url: str) -> None:
        self._listener = listener
        self._url = url
        self.tally = Tally()

    def run(self, stop: Event) -> None:
        """Take batches until told to stop. Nothing is acknowledged that is not committed."""
        connection: Connection | None = None
        while not stop.is_set():
            batch = self._listener.batch(WAIT_S)
            wait = RETRY_S
            while batch and not stop.is_set():
                try:
                    connection = connection or psycopg.connect(self._url, autocommit=True, connect_timeout=5)
                    self._keep(connection, batch)
                    break
                except psycopg.Error as error:  # `keep` has put aside what is a message's own fault
                    self._away(error)
                    closed(connection)
                    connection = None
                    stop.wait(wait)
                    wait = min(wait * 2, SLOWEST_S)
        closed(connection)

    def _keep(self, connection: Connection, batch: list[Held]) -> None:
        outcome = keep(connection, [held.arrived for held in batch], now())
        self._listener.acknowledge(batch)
        self.tally.add(outcome)
        self.tally.trouble = ""

    def _away(self, error: psycopg.Error) -> None:
        fault = first_line(error)
        if fault != self.tally.trouble:
            _log.warning("database: %s; messages wait at the broker", fault)
        self.tally.trouble = fault


def closed(connection: psycopg.Connection[Any] | None) -> None:
    """Close a connection, if there is one."""
    if connection is not None:
        connection.close()
