"""Delivery: empty the outbox to the broker, for ever, whatever the broker does.

One thread takes the oldest rows, publishes them one after the other and marks a row only after the broker has taken
it. When the broker refuses one message (no right to its topic), later messages of the same incident wait behind it, so
that their order holds, and all others go on. Nothing is ever dropped; after a failure the next try waits, 0.5 s at
first and 30 s at most.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError
from edge_agent.ports import RefusedError

if TYPE_CHECKING:
    from edge_agent.ports import Outgoing, Publisher, Store

BATCH: Final = 500
IDLE_S: Final = 0.1
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0

_log = logging.getLogger(__name__)


class Delivery:
    """Delivers the outbox of ``store`` through ``publisher`` until closed. ``trouble`` is the last failure, if it lasts."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._stop = Event()
        self._thread = Thread(target=self._run, name="delivery", daemon=True)
        self.trouble: OutsideError | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def drain(self, *, within_s: float) -> bool:
        """Wait until nothing waits any more; False when something still does after ``within_s`` or a failure."""
        tries = int(within_s / IDLE_S)
        for _ in range(tries):
            if not self._store.backlog().messages:
                return True
            if self._stop.wait(IDLE_S):
                break
        return not self._store.backlog().messages

    def close(self) -> None:
        """End after the message under way; what waits is delivered after the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stop.is_set():
            self.trouble = self.deliver()
            if self.trouble is None:
                wait_s = FIRST_WAIT_S
                self._stop.wait(IDLE_S)
            else:
                _log.warning("delivery waits %.1f s: %s", wait_s, self.trouble)
                self._stop.wait(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def deliver(self) -> OutsideError | None:
        """Publish what waits, once; returns what stood in the way of some of it."""
        refused: OutsideError | None = None
        held: set[str] = set()
        for row in self._store.pending(BATCH):
            if self._stop.is_set():
                break
            if row.message.key in held:
                continue
            try:
                self._publish(row)
            except RefusedError as error:
                refused = error
                held.add(row.message.key)
            except OutsideError as error:
                return error
        return refused

    def _publish(self, row: Outgoing) -> None:
        self._publisher.publish(row.message.topic, row.message.payload)
        self._store.delivered((row.order,))
