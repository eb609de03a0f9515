"""A camera followed for a year: one session after the other, and what happened between them.

::

    open ──ok──▶ StreamBack ─▶ LiveFrame* ──broke──┐
     │  ▲                                          │
     │  └─────── pause 0.5 s … 30 s ◀── StreamLost ◀─ failed

The pause doubles with each failure in a row. A session counts as a success once it has lasted as long as the longest
pause; a camera that lets everybody in and drops them at once is a failing one.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.broker_faults import LONGEST_PAUSE_S, pause_s
from edge_agent.core.stream.pictures import LiveFrame, SizeChanged, SourceBack, SourceLost
from edge_agent.ports import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from edge_agent.core.stream.pictures import LiveItem
    from edge_agent.ports import LiveSession

PROVEN: Final = timedelta(seconds=LONGEST_PAUSE_S)


class RtspStream:
    """Connects to a camera until it is told to stop.

    `items` belongs to one thread; `close` may be called from any.

    Args:
        connect: Makes a session, not yet opened; called once a try.
        clock: The steady clock that the sessions have too.
        salt: Spreads the pauses; the camera's name.
        pause: Waits so many seconds, or until `close`; tells whether to go on. By default it really waits.
    """

    def __init__(
        self,
        connect: Callable[[], LiveSession],
        *,
        clock: Callable[[], datetime],
        salt: str,
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._salt = salt
        self._stopped = Event()
        self._pause = pause or self._wait
        self._session: LiveSession | None = None
        self._size: tuple[int, int] | None = None

    def items(self) -> Generator[LiveItem]:
        """Pictures, and what becomes of the connection, until `close`."""
        failures = 0
        while not self._stopped.is_set():
            opened = self._clock()
            try:
                yield from self._session_items()
            except StreamError as error:
                reason, message = error.reason, str(error)  # and not the error, which holds the whole session
            else:
                return  # only `close` ends a session without an error
            if self._stopped.is_set():
                return
            at = self._clock()
            failures = 1 if at - opened >= PROVEN else failures + 1
            retry_s = pause_s(failures, self._salt)
            yield SourceLost(at=at, reason=reason, message=message, failures=failures, retry_s=retry_s)
            if not self._pause(retry_s):
                return

    def close(self) -> None:
        """End `items`: a read or a pause that waits ends at once."""
        self._stopped.set()
        session = self._session
        if session is not None:
            session.close()

    def _session_items(self) -> Iterator[LiveItem]:
        session = self._session = self._connect()
        try:
            if self._stopped.is_set():
                return
            yield SourceBack(format=session.open(), at=self._clock())
            for frame in session.frames():
                yield from self._size_changes(frame)
                yield frame
        finally:
            session.close()

    def _size_changes(self, frame: LiveFrame) -> Iterator[SizeChanged]:
        before, self._size = self._size, frame.size
        if before is not None and before != frame.size:
            yield SizeChanged(at=frame.received_at, before=before, after=frame.size)

    def _wait(self, seconds: float) -> bool:
        return not self._stopped.wait(seconds)
