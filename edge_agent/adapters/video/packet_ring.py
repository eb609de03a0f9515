"""The last stretch of a stream as it was coded: for evidence of what had happened before anybody knew.

Pictures of one session share its format, the very object; another one is another session. Groups of pictures are kept
whole, since only a keyframe can be begun with::

    put ─▶ │K p p p│K p p p│K p p p│K p p      the oldest group goes once the others span enough,
            oldest                  newest      or once all of them weigh too much

What I dislike about it: a camera with a keyframe a minute needs a minute more than was asked for, and one group that
weighs more than all that is allowed leaves the ring empty until the next keyframe.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.stream.pictures import CodedPicture


@dataclass(slots=True)
class _PictureGroup:
    """A keyframe and what refers to it."""

    pictures: list[CodedPicture] = field(default_factory=list)
    weight: int = 0

    @property
    def begin(self) -> datetime:
        return self.pictures[0].received_at

    @property
    def end(self) -> datetime:
        return self.pictures[-1].received_at

    def add(self, picture: CodedPicture) -> None:
        self.pictures.append(picture)
        self.weight += len(picture.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class RingContents:
    """What a ring holds: its span, and its weight in bytes."""

    span: timedelta
    weight: int


class PacketRing:
    """Keeps at least ``span`` of a stream, in no more than ``limit_bytes``; safe to use from several threads.

    ``dropped`` is called each time when one group alone was too heavy, and all was let go.

    Raises:
        BadInputError: It is to hold nothing.
    """

    def __init__(self, *, span: timedelta, limit_bytes: int, dropped: Callable[[], None] = lambda: None) -> None:
        if span <= timedelta(0) or limit_bytes <= 0:
            raise BadInputError(f"a ring of packets: expected more than 0, got a span of {span}, {limit_bytes} bytes")
        self._span = span
        self._limit = limit_bytes
        self._groups: deque[_PictureGroup] = deque()
        self._weight = 0
        self._dropped = dropped
        self._whole = False  # whether the last group may be added to: it began with a keyframe, and all came since
        self._lock = Lock()

    @property
    def held(self) -> RingContents:
        """What is in it now."""
        with self._lock:
            span = self._groups[-1].end - self._groups[0].begin if self._groups else timedelta(0)
            return RingContents(span=span, weight=self._weight)

    def put(self, picture: CodedPicture) -> None:
        """Keep the next picture; what comes before a session's first keyframe cannot be shown and is let go."""
        with self._lock:
            if picture.keyframe:
                self._groups.append(_PictureGroup())
                self._whole = True
            elif not self._whole or picture.format is not self._groups[-1].pictures[0].format:
                self._whole = False
                return
            self._groups[-1].add(picture)
            self._weight += len(picture.data)
            self._forget()

    def stretch(self, begin: datetime, end: datetime) -> tuple[CodedPicture, ...]:
        """The pictures received from ``begin`` to ``end``, from the keyframe before them on.

        All are of one session, since a file can hold no two: where the stream broke off in between, of the one with
        the longer part. Empty where nothing was received then.
        """
        with self._lock:
            groups = [tuple(group.pictures) for group in self._groups]
        sessions = groupby(groups, key=lambda group: id(group[0].format))
        parts = [_part(list(session), begin, end) for _, session in sessions]
        return max(parts, key=lambda part: _overlap(part, begin, end), default=())

    def _forget(self) -> None:
        newest = self._groups[-1].end
        while len(self._groups) > 1 and (self._weight > self._limit or newest - self._groups[1].begin >= self._span):
            self._weight -= self._groups.popleft().weight
        if self._weight > self._limit:
            self._groups.clear()
            self._weight = 0
            self._whole = False
            self._dropped()


def _part(groups: list[tuple[CodedPicture, ...]], begin: datetime, end: datetime) -> tuple[CodedPicture, ...]:
    """What one session has of the stretch, from a keyframe on."""
    before = [n for n, group in enumerate(groups) if group[0].received_at <= begin]
    first = before[-1] if before else 0
    pictures = tuple(picture for group in groups[first:] for picture in group if picture.received_at <= end)
    return pictures if pictures and pictures[-1].received_at >= begin else ()


def _overlap(part: tuple[CodedPicture, ...], begin: datetime, end: datetime) -> timedelta:
    if not part:
        return timedelta.min
    return min(end, part[-1].received_at) - max(begin, part[0].received_at)
