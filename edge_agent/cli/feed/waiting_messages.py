"""Messages between the network and the terminal that shows them, which may stand still for a day."""

from __future__ import annotations

from contextlib import suppress
from queue import Full, Queue
from threading import Event
from typing import Final

POLL_S: Final = 0.2
WAITING: Final = 100  # messages, of a megabyte at most


class WaitingMessages:
    """Messages that wait to be shown, and no more than `WAITING` of them: then the broker waits with the next."""

    def __init__(self) -> None:
        self._queue: Queue[tuple[str, bytes]] = Queue(WAITING)
        self._closed = Event()

    def put(self, topic: str, payload: bytes) -> None:
        """Wait for room, or until it is closed; on the network's thread."""
        while not self._closed.is_set():
            with suppress(Full):
                self._queue.put((topic, payload), timeout=POLL_S)
                return

    def get(self) -> tuple[str, bytes]:
        """The next message; raises ``queue.Empty`` where none comes in a while."""
        return self._queue.get(timeout=POLL_S)

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed.set()
