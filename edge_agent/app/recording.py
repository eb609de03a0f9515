"""Recordings: a video as events for a replay, or as the looks of a camera."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events
from edge_agent.adapters.video_file import VideoFile
from edge_agent.app.coverage import Coverage
from edge_agent.app.detectors import detector_for
from edge_agent.app.looks import as_events, looks
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.config.loading import LoadedSite
    from edge_agent.core.events import Event

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
    is told at the end what of it could be looked at, in this sitting.
    """
    detector, coverage = detector_for(recording.loaded), coverage or Coverage()
    source = recording.opened()
    length = recording.loops or source.duration
    if keep is None:
        yield from as_events(looks(source, detector))
        coverage.add(source, length)
        return
    header = LogHeader(camera=recording.camera, size=source.size, model=detector.model_id, started=recording.begins)
    with LogWriter(keep, header) as log:
        done = None
        for event in read_events(keep):
            done = event.at
            yield event
        source = recording.opened(skip_to=done)
        for event in as_events(looks(source, detector)):
            log.append(event)
            yield event
        coverage.add(source, length)


def digest(model: Path) -> str:
    """The sha256 of a model file, by which records name it; raises BadInputError where it cannot be read."""
    try:
        return sha256(model.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInputError(f"model {str(model)!r}: {error.strerror}, expected an ONNX file") from error
