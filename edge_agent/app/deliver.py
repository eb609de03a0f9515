"""Delivery: empty the outbox into the broker, in order within each incident, for as long as it takes.

A row is marked only after the broker has acknowledged it, so a crash between the two delivers it twice, with the same
id, and never not at all. A message the broker refuses holds back its own incident and nobody else's; a broker that is
away holds back all. Either way the next try comes after a pause that doubles from half a second to half a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.core.backoff import pause_s
from edge_agent.core.errors import OutsideError
from edge_agent.ports import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports import Publisher, Store

PAGE: Final = 100
IDLE_S: Final = 1.0  # a commit wakes the thread at once; this is only how long a forgotten wake can cost


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over the outbox: how many messages were delivered, and what stood in the way of the others."""

    delivered: int
    trouble: OutsideError | None = None


def sweep(store: Store, publisher: Publisher, stopped: Event | None = None) -> Sweep:
    """Offer the broker everything that waits, once."""
    delivered, after = 0, 0
    held: dict[str, OutsideError] = {}  # incidents of which a message was refused: later ones must not overtake it
    while rows := store.pending(PAGE, after=after):
        for row in rows:
            after, message = row.order, row.message
            if message.key in held:
                continue
            if stopped is not None and stopped.is_set():
                return Sweep(delivered, OutsideError("delivery was stopped"))
            try:
                publisher.publish(message.topic, message.payload)
            except RefusedError as error:
                held[message.key] = error
            except OutsideError as error:
                return Sweep(delivered, error)
            else:
                store.delivered((row.order,))
                delivered += 1
    return Sweep(delivered, next(iter(held.values()), None))


class Delivery:
    """The thread that delivers; ``trouble`` says what is in the way, for health and for people.

    Args:
        store: Whose outbox is emptied.
        publisher: Used by this thread alone.
        salt: Spreads the pauses; the agent's id.
        taken: Called with the number of messages that the broker has taken, after each round in which it took some.
    """

    def __init__(
        self, store: Store, publisher: Publisher, *, salt: str = "", taken: Callable[[int], None] = lambda _: None
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._salt = salt
        self._taken = taken
        self._wake = Event()
        self._ending = Event()
        self._stopped = Event()
        self._bug: BaseException | None = None
        self._thread = Thread(target=self._run, name="delivery", daemon=True)
        self.trouble: OutsideError | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something was queued."""
        self._wake.set()

    def drain(self, *, within_s: float) -> int:
        """End once the outbox is empty, or after ``within_s``; returns how many messages wait for the next start.

        Raises:
            Bug: Or whatever else of ours ended the thread.
        """
        self._ending.set()
        self._wake.set()
        self._thread.join(within_s)
        self.close()
        return self._store.backlog().messages

    def close(self) -> None:
        """End after the message being sent; what waits, waits. Raises what ended the thread, if that was a bug."""
        self._stopped.set()
        self._wake.set()
        self._thread.join()
        bug, self._bug = self._bug, None
        if bug is not None:
            raise bug

    def _run(self) -> None:
        try:
            self._deliver()
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever ends the thread
            self._bug = error

    def _deliver(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._wake.clear()
            done = self._sweep()
            self.trouble = done.trouble
            if done.delivered:
                self._taken(done.delivered)
            if done.trouble is not None:
                failures = 1 if done.delivered else failures + 1
                self._stopped.wait(pause_s(failures, self._salt))
                continue
            failures = 0
            if self._ending.is_set() and not done.delivered:
                return
            if not done.delivered:
                self._wake.wait(IDLE_S)

    def _sweep(self) -> Sweep:
        try:
            return sweep(self._store, self._publisher, self._stopped)
        except OutsideError as error:  # the disk, not the broker
            return Sweep(0, error)
