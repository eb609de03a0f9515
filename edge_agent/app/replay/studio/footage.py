"""Footage: the pictures behind the drawing, of a recording at any moment, of a stream as it is now."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.adapters.video.still import as_jpeg
from edge_agent.app.stream.recording import one_picture
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.app.stream.recording import Recording
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Clock, Image

    Shown = Callable[[Image], Image]

KEPT: Final = 40  # pictures, coded: a person goes to and fro


def as_it_is(image: Image) -> Image:
    """The picture itself."""
    return image


class Footage(Protocol):
    """Where pictures come from. ``total_s`` is None where there is no end."""

    @property
    def total_s(self) -> float | None:
        """How long it lasts, in seconds."""

    def picture(self, at_s: float | None) -> bytes:
        """A JPEG of the moment; raises OutsideError where there is none."""

    def whole(self, at: datetime) -> Image:
        """The picture of an instant, as it was decoded; raises OutsideError where there is none."""


class Recorded:
    """A recording, decoded where it is asked for; one picture at a time, of which ``shown`` makes what may be seen."""

    def __init__(self, recording: Recording, started: datetime, shown: Shown = as_it_is) -> None:
        self._video = replace(recording, started=started).opened()
        self._name = recording.path
        self._shown = shown
        self._started = started
        self._kept: OrderedDict[float, bytes] = OrderedDict()
        self._lock = Lock()

    @property
    def total_s(self) -> float:
        """How long the file is, played once."""
        return self._video.duration.total_seconds()

    def picture(self, at_s: float | None) -> bytes:
        """The first picture at or after the moment, in whichever round of a looped file."""
        second = at_s or 0.0
        with self._lock:
            if second not in self._kept:
                self._kept[second] = self._coded(second)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(second)
            return self._kept[second]

    def _coded(self, second: float) -> bytes:
        return as_jpeg(self._shown(self._decoded(self._started + timedelta(seconds=second))))

    def whole(self, at: datetime) -> Image:
        """The first picture at or after an instant."""
        with self._lock:
            return self._decoded(at)

    def _decoded(self, at: datetime) -> Image:
        frame = self._video.frame_at(at)
        if frame is None:
            raise OutsideError(f"{self._name}: no picture at {(at - self._started).total_seconds():g} s")
        return frame.image


class Streamed:
    """A live camera: a picture is taken when the page asks for a new one, and kept until then."""

    total_s = None

    def __init__(self, loaded: LoadedSite, camera: str, clock: Clock, shown: Shown = as_it_is) -> None:
        self._shown = shown
        self._loaded, self._camera, self._clock = loaded, camera, clock
        self._last: bytes | None = None
        self._image: Image | None = None
        self._lock = Lock()

    def picture(self, at_s: float | None) -> bytes:
        """The last picture taken; a new one where none was, or where no moment is asked for."""
        with self._lock:
            if self._last is None or at_s is None:
                self._image = one_picture(self._loaded, self._camera, self._clock)
                self._last = as_jpeg(self._shown(self._image))
            return self._last

    def whole(self, at: datetime) -> Image:  # noqa: ARG002 - a stream shows the present only
        """The last picture taken."""
        if self._image is None:
            raise OutsideError(f"camera {self._camera}: no picture has been taken yet")
        return self._image
