"""The follower: what one camera's stream gives, dated, judged, and offered to whoever looks.

It follows the stream on a thread of its own::

    stream ─▶ date it (timeline) ─▶ judge it (pulse, health) ─┬ trusted ─▶ attention
                                                              ├ doubted ─▶ nobody: a gap, if it turns out well
                                                              └ change  ─▶ the camera's own thread: lost, or back

Pictures that nobody wants are not even decoded: keyframes are enough, but for the moments at which something is to be
decided, and for cameras whose keyframes are too far apart.

The streams of a live camera: the one it is watched by, and, where the site names it, the main one for clips.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.rtsp import RtspOptions, RtspSession, RtspStream
from edge_agent.config.site.site_file import Stream
from edge_agent.core.errors import BadInputError
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.core.stream.health import Health, observe
from edge_agent.core.stream.pace import StreamPace, beat
from edge_agent.core.stream.pictures import LiveFrame, SizeChanged, SourceBack, SourceLost, StreamFault
from edge_agent.core.stream.timeline import Anchor, arrived, stamp
from edge_agent.core.stream.trouble import (
    Change,
    Confirmed,
    Connected,
    Disconnected,
    FrameTrust,
    Looked,
    Observation,
    Pace,
    Paced,
    Tuning,
    Waited,
)
from edge_agent.ports import DropCause, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from fractions import Fraction

    from edge_agent.app.detect.scheduling import Attention
    from edge_agent.config.fields.secret import Secret
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.stream.pictures import LiveItem
    from edge_agent.ports import Clock, LiveSession, LiveSource

SLACK: Final = timedelta(milliseconds=250)  # by which a keyframe may come before its sweep is due
RESIZED_AGAIN: Final = timedelta(minutes=1)  # until the log tells of another size again: mad cameras have ten a second
UNKNOWN_GOP: Final = timedelta(days=1)  # so that all pictures are wanted until it is known
SILENT: Final = timedelta(seconds=4)  # without a picture, before time passes by itself
_log = logging.getLogger(__name__)


class StreamFollower:
    """Follows one camera. ``run`` belongs to one thread; everything else may be called from any.

    Args:
        camera: Whose stream it is.
        clock: The steady clock by which arrivals are dated too.
        attention: Is offered the pictures that may be trusted.
        changed: Is told of trouble, and that it is over.
        health: What was remembered of this camera's health.
        tuning: How long what must last.
    """

    def __init__(
        self,
        camera: str,
        *,
        clock: Clock,
        attention: Attention,
        changed: Callable[[Change], None],
        health: Health | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._camera = camera
        self._clock = clock
        self._attention = attention
        self._changed = changed
        self._tuning = tuning or Tuning()
        self._lock = Lock()  # health is observed by the reader, and by the camera's thread while nothing is read
        self._health = health or Health()
        self._time_base: Fraction | None = None
        self._anchor: Anchor | None = None
        self._pulse: StreamPace | None = None
        self._keyframe: datetime | None = None
        self._judged: datetime | None = None
        self._pictured: datetime | None = None
        self._gop = UNKNOWN_GOP
        self._resized: datetime | None = None  # when the log last told of another size

    @property
    def health(self) -> Health:
        """What is known of the camera now."""
        return self._health

    def run(self, source: LiveSource) -> None:
        """Follow the stream until it is closed; after an error, which comes out, it may be followed anew."""
        self._observe(Disconnected(self._clock.now()))
        with closing(source.items()) as items:
            try:
                for item in items:
                    self.follow(item)
            except Exception:
                self._observe(Disconnected(self._clock.now()))
                raise

    def wait(self) -> None:
        """To be called every second or so: nothing may have come for too long."""
        now = self._clock.now()
        if self._pictured is None or now - self._pictured > SILENT:
            self._observe(Waited(now))

    def confirm(self) -> None:
        """A person has looked at the camera's view and drawn its zones: what it shows now is right."""
        self._observe(Confirmed(self._clock.now()))

    def eager(self) -> bool:
        """Whether keyframes are not enough: they are far apart, or something is decided before the one after next."""
        if self._gop > SWEEP + SLACK or self._keyframe is None:
            return True
        return self._attention.decides_within(self._camera, self._keyframe, 2 * self._gop)

    def wants(self, pts: int, keyframe: bool) -> bool:  # noqa: FBT001 - as the session asks
        """Whether a picture of the stream is to be decoded and judged.

        A keyframe is, if the one after it would come too late for the sweep, or for the camera's health; what lies
        between keyframes, only where it may be looked at.
        """
        if self._anchor is None:
            return True
        at = stamp(self._anchor, pts)
        if keyframe:
            return self._wants_keyframe(at)
        return self._health.verdict is FrameTrust.TRUST and self._attention.wants(self._camera, at, keyframe=False)

    def _wants_keyframe(self, at: datetime) -> bool:
        before, self._keyframe = self._keyframe, at
        if before is None or self._judged is None or at <= before:  # the last: its clock has gone back
            return True
        self._gop = at - before
        ahead = at + min(self._gop, SWEEP) - SLACK
        return ahead >= self._judged + SWEEP or self._attention.wants(self._camera, ahead, keyframe=True)

    def follow(self, item: LiveItem) -> None:
        """Take in one thing that the stream gives."""
        match item:
            case SourceBack(at=at, format=stream_format):
                self._time_base, self._anchor, self._pulse = stream_format.time_base, None, None
                self._keyframe, self._judged, self._gop = None, None, UNKNOWN_GOP
                self._observe(Connected(at))
            case SourceLost(at=at, reason=reason, message=message, failures=failures):
                if failures == 1:
                    _log.warning("camera %s: %s", self._camera, message)
                self._observe(Waited(at) if reason is StreamFault.STALLED else Disconnected(at))
            case SizeChanged(at=at, before=before, after=after):
                if self._resized is None or at - self._resized >= RESIZED_AGAIN:
                    self._resized = at
                    _log.warning("camera %s: %dx%d pixels, and %dx%d before", self._camera, *after, *before)
            case LiveFrame():
                self._picture(item)
            case _:
                assert_never(item)

    def _picture(self, frame: LiveFrame) -> None:
        pace = self._paced(frame)
        anchor = self._anchor = arrived(self._anchor, frame.pts, frame.time_base, frame.received_at)
        at = anchor.wall
        self._pictured = frame.received_at
        if pace is not Pace.STEADY or self._health.pace is not pace:
            self._observe(Paced(at, pace))
        if frame.keyframe:
            self._keyframe = self._judged = at
            self._observe(Looked(at=at, glance=frame.glance, size=frame.size, damaged=frame.damaged))
        # Between keyframes a still street may be sent as the same picture: that is no sign of anything.
        if self._health.verdict is FrameTrust.TRUST and not frame.damaged:
            self._attention.offer(self._camera, Frame(at=at, image=frame.image, full=frame.full))

    def _paced(self, frame: LiveFrame) -> Pace:
        media_s = float(frame.pts * frame.time_base)
        self._pulse, pace = beat(self._pulse, media_s=media_s, arrived_s=frame.received_at.timestamp())
        if pace is Pace.JUMPED:
            self._anchor = None
        return pace

    def _observe(self, observation: Observation) -> None:
        with self._lock:
            self._health, changes = observe(self._health, observation, self._tuning)
            if self._health.verdict is not FrameTrust.TRUST:
                self._attention.blind(self._camera)
            for change in changes:
                self._changed(change)


def streams_of(loaded: LoadedSite) -> Mapping[str, Stream]:
    """The streams of a site whose cameras are live; empty where all are recordings.

    Raises:
        BadInputError: Some are and some are not: a recording has its own time, and a street has not.
    """
    streams = {name: each.source for name, each in loaded.cameras.items() if isinstance(each.source, Stream)}
    recordings = [name for name in loaded.cameras if name not in streams]
    if streams and recordings:
        raise BadInputError(
            f"cameras: found streams ({', '.join(streams)}) and recordings ({', '.join(recordings)}), expected only "
            "the one or the other"
        )
    return streams


def watched(
    address: Secret,
    follower: StreamFollower,
    clock: Clock,
    *,
    salt: str,
    decoding: AbstractContextManager[object],
    dropped: Callable[[DropCause], None],
    options: RtspOptions | None = None,
) -> RtspStream:
    """The stream that the follower follows; it says which pictures are worth ``decoding``, which is entered for it.

    ``dropped`` is called for each packet that cannot be decoded, and each picture that nobody wants.
    """

    def connect() -> LiveSession:
        return RtspSession(
            address,
            clock=clock.now,
            options=options,
            eager=follower.eager,
            wanted=follower.wants,
            decoding=decoding,
            dropped=dropped,
        )

    return RtspStream(connect, clock=clock.now, salt=salt)
