"""What waits for the thread of one camera: in the order in which it came, and bounded, whatever becomes of that thread.

| message | most that wait | beyond that |
|---|---|---|
| a look, an answer of a speaker, a plate | as many as that thread has asked for | – |
| the site has changed | 1 | only the newest counts |
| a command | 100 | the oldest leaves; the command handler gives it again every few seconds |
| trouble of the stream, its end | 100 of each | the oldest leaves; what the camera is in now is told by the newest |
"""

from __future__ import annotations

from collections import deque
from queue import Empty
from threading import Condition
from typing import TYPE_CHECKING, Final

from edge_agent.app.agent.shared import CommandGiven, SiteChanged
from edge_agent.core.stream.trouble import Named, Recovered

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.app.agent.shared import Told

MOST: Final[dict[type[object], int]] = {SiteChanged: 1, CommandGiven: 100, Named: 100, Recovered: 100}


class Inbox:
    """A queue that any thread may put into; ``dropped`` is called for each message that had to leave unread."""

    def __init__(self, dropped: Callable[[], None] = lambda: None) -> None:
        self._dropped = dropped
        self._waiting: deque[Told] = deque()
        self._changed = Condition()

    def put(self, message: Told) -> None:
        """Add a message; where too many of its kind wait, the oldest of them leaves."""
        with self._changed:
            alike = [each for each in self._waiting if type(each) is type(message)]
            full = len(alike) >= MOST.get(type(message), len(alike) + 1)
            if full:
                self._leave(alike[0])
            self._waiting.append(message)
            self._changed.notify()
        if full:
            self._dropped()

    def get(self, timeout: float) -> Told:
        """Take the oldest message; raises ``queue.Empty`` where none comes within ``timeout`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._waiting), timeout):
                raise Empty
            return self._waiting.popleft()

    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    def _leave(self, oldest: Told) -> None:
        """Take out that very message: an equal one may wait too."""
        del self._waiting[next(n for n, each in enumerate(self._waiting) if each is oldest)]
