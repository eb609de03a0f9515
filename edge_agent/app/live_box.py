"""What the cameras of a box share, and what one of them can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.core.trouble import Change

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from edge_agent.app.attention import Attention, Ticket
    from edge_agent.app.feed import ClockMark
    from edge_agent.app.watchdog import Watchdog
    from edge_agent.config.commands import Given
    from edge_agent.core.effects import SaveSnapshot, Speak
    from edge_agent.core.events import Detection
    from edge_agent.core.site import Site
    from edge_agent.ports import Announcer, Answer, Caption, Clock, Detector, Metrics, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A detector has looked at a picture; instead of detections, why it could not."""

    ticket: Ticket
    detections: tuple[Detection, ...] | Exception


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a warning."""

    request: Speak
    answer: Answer


@dataclass(frozen=True, slots=True)
class Adopted:
    """The site's files have changed."""

    site: Site


@dataclass(frozen=True, slots=True)
class Commanded:
    """The operations centre has told the camera to do something."""

    given: Given


Told = Seen | Said | Adopted | Commanded | Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What all cameras of a box share; ``closer`` is the detector of second looks, ``make_room`` clears a full disk.

    ``file`` is told every stage of which a clip may be kept, and what captions a still of it. ``waits`` tells whether a
    command is still to be answered. ``tell`` says on the feed how the agent is doing: a state, and why.
    """

    store: Store
    attention: Attention
    clock: Clock
    metrics: Metrics
    announcer: Announcer
    closer: Detector
    evidence: Path
    logs: Path | None
    file: Callable[[str, SaveSnapshot, Callable[[datetime], Caption | None]], None]
    wake: Callable[[], None]
    make_room: Callable[[], object]
    watchdog: Watchdog
    stop: Event
    clock_mark: Callable[[], ClockMark | None] = lambda: None
    waits: Callable[[str], bool] = lambda _: True
    tell: Callable[[str, str], object] = lambda _state, _reason: None
