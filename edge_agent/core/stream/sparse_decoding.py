"""Which coded pictures must be decoded, where only some are looked at.

Pictures are stored in the order of decoding; a look is due by the order of showing::

    stored    I0  P4  B2  b1  b3  P8  B6  b5  b7  P9  I10 …        small b: no other picture refers to it
    looked at I0                      b5          I10
    decoded   I0  P4          P8  B6  b5          I10              P9: nothing that is looked at comes after it

Left out is a picture that is not looked at and to which no other refers, and whatever is not looked at between the
last look and an IDR picture. What is decoded has all that it refers to, and comes out as if all were decoded.

What I dislike about it: where no IDR picture follows for long, pictures are held until so many wait that they have to
be decoded after all.

Which pictures of a recording are looked at: found ahead of decoding, and held against what is decoded.

A look is due when so long has passed since the last one. Times are microseconds of the recording. Whoever decodes less
than all must know ahead which pictures they will be; should one of them not come out of the decoder after all, the next
one would have been due instead, and may have been left out.

What a coded H.264 picture says of itself before it is decoded (ITU-T H.264, 7.3.1 and 7.4.1).

A packet holds NAL units, each behind its length (MP4, Matroska) or behind a start code (transport streams)::

    │ length │ 0 ref_idc type │ …     or     │ 00 00 01 │ 0 ref_idc type │ …
               1    2      5 bits

``ref_idc`` is 0 for a slice of a picture to which no other picture refers. After an IDR picture nothing refers to what
came before it, and all that came before it is shown before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final, Generic, TypeVar

START_CODE: Final = b"\x00\x00\x01"
_SLICES: Final = frozenset({1, 2, 3, 4, 5})
_IDR: Final = 5
_SETTINGS: Final = frozenset({7, 8, 13, 15})  # parameter sets, and their extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedUnit:
    """One coded picture: whether it is an IDR picture, whether others refer to it, whether parameter sets are in it."""

    fresh: bool
    referred: bool
    settings: bool


def length_size(extradata: bytes) -> int | None:
    """How many bytes a length takes, by what the container says of the stream; None where start codes are used."""
    return (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else None  # noqa: PLR2004


def read_unit(packet: bytes, length: int | None) -> CodedUnit:
    """What the packet holds; one that cannot be read is a picture like any other, to which others refer."""
    headers = list(_behind_start_codes(packet) if length is None else _behind_lengths(packet, length))
    kinds = {header & 31 for header in headers}
    slices = [header for header in headers if header & 31 in _SLICES]
    return CodedUnit(
        fresh=_IDR in kinds,
        referred=not slices or any(header >> 5 & 3 for header in slices),
        settings=not kinds.isdisjoint(_SETTINGS),
    )


def _behind_start_codes(packet: bytes) -> Iterator[int]:
    at = packet.find(START_CODE)
    while 0 <= at < len(packet) - len(START_CODE):
        yield packet[at + len(START_CODE)]
        at = packet.find(START_CODE, at + len(START_CODE))


def _behind_lengths(packet: bytes, length: int) -> Iterator[int]:
    at = 0
    while at + length < len(packet):
        yield packet[at + length]
        at += length + int.from_bytes(packet[at : at + length], "big")


T = TypeVar("T")

REORDER: Final = 16  # pictures: no more may be decoded before another one and shown after it (H.264, A.3.1)
HELD: Final = 300  # packets: a few megabytes


@dataclass(frozen=True, slots=True)
class Coded(Generic[T]):
    """A packet that holds one picture, and when that is shown."""

    packet: T
    at: int
    unit: CodedUnit


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

    def forgotten(self, by: CodedUnit) -> Iterator[T]:
        """Nothing refers to what is held any more, unless it brought parameter sets that the IDR picture lacks."""
        if not by.settings and any(picture.unit.settings for picture in self._held):
            yield from self._released()
        self._held.clear()

    def _released(self) -> Iterator[T]:
        held, self._held = self._held, []
        for picture in held:
            yield picture.packet


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
