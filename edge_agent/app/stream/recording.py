"""Recordings: a video as events for a replay, or as the looks of a camera.

One look: a single picture of a camera, now, and what the detector sees in it; nothing is kept, nothing follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events
from edge_agent.adapters.rtsp import options_of
from edge_agent.adapters.rtsp.first_picture import first_picture
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.detect.detectors import detector_for, opened_detector
from edge_agent.app.detect.judging import judges_of
from edge_agent.app.stream.changes import Changes, wanted
from edge_agent.app.stream.coverage import Coverage
from edge_agent.app.stream.looks import Appearing, as_events, looks
from edge_agent.config.site.site_file import Stream, VideoFileSettings
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.events import Detection, Event
    from edge_agent.ports import Clock, Image

UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a recording of which nobody knows when it was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A video to look at as the site's camera would."""

    loaded: LoadedSite
    camera: str
    path: Path
    loops: timedelta | None = None
    started: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The instant its first frame is dated."""
        return self.started or self.loaded.cameras[self.camera].started or UNDATED

    def opened(self, skip_to: datetime | None = None) -> VideoFile:
        """The video as a source of looks."""
        return VideoFile(
            self.path,
            started=self.begins,
            looks_per_second=self.loaded.cameras[self.camera].looks_per_second,
            loops=self.loops,
            skip_to=skip_to,
        )


def detected(recording: Recording, keep: Path | None = None, *, coverage: Coverage | None = None) -> Iterator[Event]:
    """The events of a video, detected as they are asked for; ``keep`` is the log they are written to.

    A log that was begun is gone on with, so that a day's recording can be detected in several sittings. ``coverage``
    is told at the end what of it could be looked at, in this sitting. What appears in a view is known only to who has
    seen what was before: where a zone asks for that, a log that was begun is begun anew.
    """
    detector, coverage = detector_for(recording.loaded), coverage or Coverage()
    appeared = appearing(recording)
    source = recording.opened()
    length = recording.loops or source.duration
    if keep is None:
        yield from as_events(looks(source, detector), appeared)
        coverage.add(source, length)
        return
    header = LogHeader(camera=recording.camera, size=source.size, model=detector.model_id, started=recording.begins)
    with LogWriter(keep, header, keep=begun_anew(recording)) as log:
        done = None
        for event in read_events(keep):
            done = event.at
            yield event
        source = recording.opened(skip_to=done)
        for event in as_events(looks(source, detector), appeared):
            log.append(event)
            yield event
        coverage.add(source, length)


def begun_anew(recording: Recording) -> int | None:
    """How many events stay of a log that was begun: all (None), or none."""
    return 0 if wanted(recording.loaded.site, recording.camera) else None


def appearing(recording: Recording) -> Appearing:
    """Who adds to the detections of each look, one after the other, what has appeared in the view."""
    changes = Changes(recording.camera, judges=judges_of(recording.loaded))
    return partial(changes.with_appeared, site=recording.loaded.site)


def digest(model: Path) -> str:
    """The sha256 of a model file, by which records name it; raises BadInputError where it cannot be read."""
    try:
        return sha256(model.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInputError(f"model {str(model)!r}: {error.strerror}, expected an ONNX file") from error


def one_look(loaded: LoadedSite, camera: str, clock: Clock) -> tuple[Image, tuple[Detection, ...]]:
    """The picture that ``one_picture`` gives, with what is in it.

    Raises:
        OutsideError: The camera cannot be reached, or shows nothing.
    """
    image = one_picture(loaded, camera, clock)
    return image, opened_detector(loaded).detect(image)


def one_picture(loaded: LoadedSite, camera: str, clock: Clock) -> Image:
    """The first picture of a recording, or the next one of a stream, as large as it comes.

    Raises:
        OutsideError: The camera cannot be reached, or shows nothing.
    """
    source = loaded.cameras[camera].source
    match source:
        case VideoFileSettings(path=path):
            frame = next(Recording(loaded=loaded, camera=camera, path=path).opened().frames(), None)
            image = None if frame is None else frame.image
        case Stream(url=url):
            image = first_picture(url, clock=clock.now, options=options_of(loaded.cameras[camera], fit=None))[1].image
        case _:
            assert_never(source)
    if image is None:
        raise OutsideError(f"camera {camera}: gave no picture")
    return image
