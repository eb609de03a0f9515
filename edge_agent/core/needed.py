"""Which coded pictures must be decoded, where only some are looked at.

Pictures are stored in the order of decoding; a look is due by the order of showing::

    stored    I0  P4  B2  b1  b3  P8  B6  b5  b7  P9  I10 …        small b: no other picture refers to it
    looked at I0                      b5          I10
    decoded   I0  P4          P8  B6  b5          I10              P9: nothing that is looked at comes after it

Left out is a picture that is not looked at and to which no other refers, and whatever is not looked at between the
last look and an IDR picture. What is decoded has all that it refers to, and comes out as if all were decoded.

What I dislike about it: where no IDR picture follows for long, pictures are held until so many wait that they have to
be decoded after all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final, Generic, TypeVar

from edge_agent.core.h264 import Unit

T = TypeVar("T")

REORDER: Final = 16  # pictures: no more may be decoded before another one and shown after it (H.264, A.3.1)
HELD: Final = 300  # packets: a few megabytes


@dataclass(frozen=True, slots=True)
class Coded(Generic[T]):
    """A packet that holds one picture, and when that is shown."""

    packet: T
    at: int
    unit: Unit


def needed(pictures: Iterable[Coded[T]], due: Callable[[int], bool], *, held: int = HELD) -> Iterator[T]:
    """The packets that must be decoded, in their order.

    Args:
        pictures: In the order of decoding.
        due: Whether a picture shown at that time is looked at; asked once for each, in the order of showing.
        held: How many packets may wait for it to turn out whether they are needed.
    """
    queue = _Queue[T](due, held)
    for picture in pictures:
        if picture.unit.fresh:
            yield from queue.settled(0)
            yield from queue.forgotten(picture.unit)
        queue.add(picture)
        yield from queue.settled(REORDER)
    yield from queue.settled(0)


class _Queue(Generic[T]):
    """Packets of which it is not known yet whether they are needed: first whether they are due, then for others."""

    def __init__(self, due: Callable[[int], bool], held: int) -> None:
        self._due = due
        self._most = held
        self._order: list[int] = []
        self._asked: dict[int, bool] = {}
        self._waiting: deque[Coded[T]] = deque()
        self._held: list[Coded[T]] = []

    def add(self, picture: Coded[T]) -> None:
        """One more."""
        self._waiting.append(picture)
        heappush(self._order, picture.at)

    def settled(self, ahead: int) -> Iterator[T]:
        """Those that are needed, once no picture can come any more that is shown before all but ``ahead``."""
        while len(self._order) > ahead:
            at = heappop(self._order)
            self._asked[at] = self._asked.get(at, False) or self._due(at)
        while self._waiting and self._waiting[0].at in self._asked:
            picture = self._waiting.popleft()
            if self._asked.pop(picture.at):
                yield from self._released()
                yield picture.packet
            elif picture.unit.referred or picture.unit.settings:
                self._held.append(picture)
                if len(self._held) > self._most:
                    yield from self._released()

    def forgotten(self, by: Unit) -> Iterator[T]:
        """Nothing refers to what is held any more, unless it brought parameter sets that the IDR picture lacks."""
        if not by.settings and any(picture.unit.settings for picture in self._held):
            yield from self._released()
        self._held.clear()

    def _released(self) -> Iterator[T]:
        held, self._held = self._held, []
        for picture in held:
            yield picture.packet
