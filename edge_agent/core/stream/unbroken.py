"""One timeline for a recording whose clock begins anew, and what of it could not be looked at.

A recorder that starts again, or a person who joins two files, leaves one file with two clocks::

    timestamps   1.4 … 11.4 │ 1.4 … 11.4
    timeline     0 ……………… 10 │ 10 ……………… 20      the second part begins where the first one ended

Times are whole numbers, of whatever unit the caller counts in.
"""

from __future__ import annotations

from typing import Final

LATE: Final = 1.5  # looks apart by more than so many intervals leave one out
ROUNDED: Final = 100  # timestamps are rounded by less than this part of an interval


class Unbroken:
    """Follows the timestamps of packets in the order of decoding.

    Args:
        step: By how much a timestamp must go back for the clock to have begun anew; less is a coder's untidiness.
    """

    def __init__(self, step: int) -> None:
        self._step = step
        self._decoded: int | None = None
        self._end = 0
        self.shift = 0
        self.parts = 1

    def follow(self, *, decoded: int, shown: int, span: int) -> int:
        """What is to be added to the timestamps of the next packet, which is ``shown`` for so long a ``span``."""
        if self._decoded is not None and decoded < self._decoded - self._step:
            self.shift = self._end - shown
            self.parts += 1
        self._decoded = decoded
        self._end = max(self._end, shown + self.shift + span)
        return self.shift


class Account:
    """Which looks of one round of a recording were left out because its pictures could not be used.

    Args:
        interval: From look to look.
        last: The look before it, where there was one.
    """

    def __init__(self, interval: int, last: int | None) -> None:
        self._interval = interval
        self._last = last
        self._lost: set[int] = set()
        self.missing: list[tuple[int, int]] = []

    def coded(self, at: int) -> None:
        """The file holds a picture of that time."""
        self._lost.add(at)

    def shown(self, at: int) -> None:
        """It could be used."""
        self._lost.discard(at)

    def looked(self, at: int) -> None:
        """It was looked at; what was lost before it is held against the look before."""
        begin = 0 if self._last is None else self._last + self._interval
        before = {lost for lost in self._lost if lost < at}
        self._lost -= before
        if at - begin > (LATE - 1) * self._interval and any(
            lost >= begin - self._interval // ROUNDED for lost in before
        ):
            self.missing.append((begin, at))
        self._last = at

    def close(self, end: int) -> None:
        """The round is over: what was lost since the last look is missing too."""
        begin = 0 if self._last is None else self._last + self._interval
        if begin < end and any(lost >= begin - self._interval // ROUNDED for lost in self._lost):
            self.missing.append((begin, end))
