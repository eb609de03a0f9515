"""Attention at work: the pictures of all cameras that wait for a look, and the detectors that take the most urgent.

::

    reader of camera 1 ─ offer ─┐                  ┌─ take ─ detector 1 ─▶ the camera's own thread ─ looked ─┐
    reader of camera 2 ─ offer ─┼▶ the newest      ├─ take ─ detector 2                                      │
    …                           │  one a camera    │                                                         │
                                └── what each camera wants (core/incident/scheduling.py) ◀─────────────────────────────┘

A camera has at most one picture waiting and one under way. A newer picture takes the place of one that still waits:
what is decided shall be decided on the present, and the one replaced is counted, not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import TYPE_CHECKING, Final

from edge_agent.core.incident.scheduling import Interest
from edge_agent.ports import DropCause

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports import Frame

_FIRST: Final = datetime.min.replace(tzinfo=UTC)  # a camera never looked at comes before all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A look to be made; ``lag`` is how late its picture comes for the decision that was due, if one was."""

    camera: str
    frame: Frame
    lag: timedelta | None


@dataclass(slots=True)
class _Desk:
    """What is known of one camera."""

    interest: Interest = field(default_factory=Interest)
    waiting: Frame | None = None
    busy: bool = False

    def served(self, at: datetime) -> bool:
        """Whether the picture that waits does as well as one taken ``at`` would."""
        waiting, interest = self.waiting, self.interest
        return waiting is not None and (interest.decides(waiting.at) or not interest.decides(at))

    @property
    def deadline(self) -> datetime:
        """By when the picture that waits should have been looked at."""
        at = _FIRST if self.waiting is None else self.waiting.at
        return self.interest.deadline(at) or _FIRST


class Attention:
    """Shared by all readers, detectors and cameras of a box; every method may be called from any thread.

    ``dropped`` is called with the camera of each picture that left unseen, and the cause.
    """

    def __init__(
        self, cameras: tuple[str, ...], dropped: Callable[[str, DropCause], None] = lambda _camera, _cause: None
    ) -> None:
        self._dropped = dropped
        self._desks = {camera: _Desk() for camera in cameras}
        self._changed = Condition()
        self._closed = False

    def wants(self, camera: str, by: datetime, *, keyframe: bool) -> bool:
        """Whether a picture is worth decoding: a look is due ``by`` then, and no picture waits that is as good.

        One that waits for a sweep is not as good as one on which something is decided.
        """
        with self._changed:
            desk = self._desks[camera]
            return desk.interest.wants(by) and (keyframe or not (desk.busy or desk.served(by)))

    def decides_within(self, camera: str, start: datetime, span: timedelta) -> bool:
        """Whether a decision of a camera falls into a span."""
        with self._changed:
            return self._desks[camera].interest.within(start, span)

    def offer(self, camera: str, frame: Frame) -> None:
        """Say that a camera has a picture that may be looked at."""
        with self._changed:
            desk = self._desks[camera]
            before, desk.waiting = desk.waiting, frame
            self._changed.notify()
        if before is not None:
            self._dropped(camera, DropCause.SUPERSEDED)

    def take(self) -> Ticket | None:
        """The look whose deadline is first; waits for one, None once closed. To be ended by ``looked``."""
        with self._changed:
            while not self._closed:
                camera = self._most_urgent()
                if camera is not None:
                    return self._taken(camera)
                self._changed.wait()
            return None

    def looked(
        self,
        camera: str,
        at: datetime | None = None,
        decision: datetime | None = None,
        *,
        chance: datetime | None = None,
        again: Frame | None = None,
    ) -> None:
        """Say that a look has been folded, and what is, or could be, decided next; without ``at``, that none was.

        The picture ``again`` is to be looked at once more, unless a newer one waits.
        """
        with self._changed:
            desk = self._desks[camera]
            desk.busy = False
            desk.waiting = desk.waiting or again
            if at is not None:
                desk.interest = desk.interest.seen(at, decision, chance)
            if desk.waiting is not None:
                self._changed.notify()

    def blind(self, camera: str) -> None:
        """Forget the picture that waits: the camera cannot be trusted any more."""
        with self._changed:
            desk = self._desks[camera]
            before, desk.waiting = desk.waiting, None
        if before is not None:
            self._dropped(camera, DropCause.UNTRUSTED)

    def behind(self) -> timedelta:
        """How long the most urgent of the pictures that wait has been due: more than a sweep is too much to do."""
        with self._changed:
            waiting = ((desk.waiting, desk.interest.due) for desk in self._desks.values())
            late = (frame.at - due for frame, due in waiting if frame is not None and due is not None)
            return max(late, default=timedelta(0))

    def close(self) -> None:
        """Let every detector end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _most_urgent(self) -> str | None:
        """Who is served next; called with the lock held."""
        ready = {camera: desk for camera, desk in self._desks.items() if desk.waiting is not None and not desk.busy}
        return min(ready, key=lambda camera: ready[camera].deadline, default=None)

    def _taken(self, camera: str) -> Ticket | None:
        desk = self._desks[camera]
        frame, desk.waiting, desk.busy = desk.waiting, None, True
        return None if frame is None else Ticket(camera=camera, frame=frame, lag=desk.interest.decision_lag(frame.at))
