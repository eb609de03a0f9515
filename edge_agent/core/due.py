"""Which pictures of a recording are looked at: found ahead of decoding, and held against what is decoded.

A look is due when so long has passed since the last one. Times are microseconds of the recording. Whoever decodes less
than all must know ahead which pictures they will be; should one of them not come out of the decoder after all, the next
one would have been due instead, and may have been left out.
"""

from __future__ import annotations

from collections import deque
from typing import Final

GRACE_US: Final = 1_000  # containers round their timestamps to milliseconds; a look is due that much early


class MissedError(Exception):
    """A picture that was due has not come out of the decoder."""


class Due:
    """The looks of one round, asked for in the order in which its pictures are shown.

    Args:
        interval: From look to look.
        last: The look before this round, where there was one.
        skip: No look is due before it.
        until: Nor from here on.
    """

    def __init__(self, interval: int, last: int | None, *, skip: int, until: int) -> None:
        self.skip = skip
        self._interval = interval
        self._until = until
        self._last = self._met = last
        self._foreseen: deque[int] = deque()

    @property
    def last(self) -> int | None:
        """The last look so far, this round's or the one before it."""
        return self._last

    def takes(self, at: int) -> bool:
        """Whether the picture is looked at."""
        due = self._last is None or at - self._last >= self._interval - GRACE_US
        if not due or not self.skip <= at < self._until:
            return False
        self._last = at
        return True

    def foresees(self, at: int) -> bool:
        """Whether the picture will be looked at, if it can be decoded."""
        due = self.takes(at)
        if due:
            self._foreseen.append(at)
        return due

    def meets(self, at: int) -> bool:
        """Whether the decoded picture is the next of those foreseen; raises `MissedError` where it is past that."""
        if not self._foreseen or at < self._foreseen[0]:
            return False
        if at > self._foreseen[0]:
            raise MissedError
        self._met = self._foreseen.popleft()
        return True

    def close(self) -> None:
        """Raise `MissedError` where one of those foreseen has not come."""
        if self._foreseen:
            raise MissedError

    def again(self) -> Due:
        """What is due after the last picture that has come."""
        skip = self.skip if self._met is None else max(self.skip, self._met + 1)
        return Due(self._interval, self._met, skip=skip, until=self._until)
