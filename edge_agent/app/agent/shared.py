"""What the cameras of a box share, and what one of them can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.app.health.first_looks import FirstLooks
from edge_agent.core.stream.trouble import Change
from edge_agent.ports import NO_PICTURES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from edge_agent.app.agent.threads import Watchdog
    from edge_agent.app.detect.holding import Seen
    from edge_agent.app.detect.judging import Judges
    from edge_agent.app.detect.scheduling import Attention, Ticket
    from edge_agent.app.feed.messages import ClockMark
    from edge_agent.app.stream.frames import FrameRing
    from edge_agent.app.teach.proposing import Disagreed
    from edge_agent.config.wire.commands import Given
    from edge_agent.core.effects import Effect, ReadPlate, SaveSnapshot, Speak
    from edge_agent.core.events import PlateRead
    from edge_agent.core.site.plates import PlateMode
    from edge_agent.core.site.site import Site
    from edge_agent.ports import (
        Announcer,
        Caption,
        Clock,
        Detector,
        Metrics,
        Snapshots,
        SpeakerAnswer,
        Store,
        StoredPictures,
    )

    Captions = Callable[[datetime], Caption | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDone:
    """A picture was looked at: what was seen, or why nothing could be."""

    ticket: Ticket
    seen: Seen | Exception


@dataclass(frozen=True, slots=True)
class WarningDone:
    """What became of a warning."""

    request: Speak
    answer: SpeakerAnswer


@dataclass(frozen=True, slots=True)
class PlateDone:
    """What was read of a vehicle."""

    read: PlateRead


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """The site's files have changed."""

    site: Site


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """The operations centre has told the camera to do something."""

    given: Given


AskPlate = Callable[["ReadPlate", str, "PlateMode", "FrameRing", Callable[[PlateDone], None]], None]
Told = LookDone | WarningDone | PlateDone | SiteChanged | CommandGiven | Change


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedParts:
    """What all cameras of a box share; ``closer`` is the detector of second looks, ``make_room`` clears a full disk.

    ``pictures`` gives who keeps those of a camera, as judged by a site; ``file`` is told every stage of which a clip
    may be kept, and what captions a still of it; ``main_still`` keeps one of the main stream at the moment itself.
    ``holds`` says that what was seen holds for a picture in which nothing has changed.
    ``waits`` tells whether a command is still to be answered. ``plates`` has the plate of a vehicle read, from the best
    pictures there are. ``tell`` says on the feed how the agent is doing: a state, and why. ``judged`` hears what became
    of incidents, for what a person said of one is what the next teaching should know.
    """

    store: Store
    attention: Attention
    clock: Clock
    metrics: Metrics
    announcer: Announcer
    closer: Detector
    pictures: Callable[[str, Site], Snapshots]
    logs: Path | None
    judged: Callable[[Site, str, tuple[Effect, ...]], None] = lambda _site, _camera, _effects: None
    views: Path | None = None
    judges: Judges | None = None
    proposing: Callable[[str, FrameRing], Disagreed] = lambda _camera, _ring: lambda _request, _answer: None
    file: Callable[[str, SaveSnapshot, Captions], None]
    wake: Callable[[], None]
    make_room: Callable[[], object]
    watchdog: Watchdog
    stop: Event
    clock_mark: Callable[[], ClockMark | None] = lambda: None
    waits: Callable[[str], bool] = lambda _: True
    tell: Callable[[str, str], object] = lambda _state, _reason: None
    plates: AskPlate = lambda *_: None
    first_looks: FirstLooks = field(default_factory=FirstLooks)
    holds: bool = False
    main_still: Callable[[str, SaveSnapshot, Captions], StoredPictures] = lambda *_: NO_PICTURES
