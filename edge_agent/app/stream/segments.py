"""Segments: a camera's recording that lies in several files, one after the other.

Recorders cut the day into files, and now and then lose some of it. What is between two files that follow each other at
once is nothing; what is missing between two files is time in which the camera could not be seen, as if its stream had
been lost::

    08:00:00 ├── a.mp4 ──┤├── b.mp4 ──┤          ├── c.mp4 ─✂ (broken off)    ├── d.mp4 ──┤
    events     looks …      looks …     lost, back  looks …   lost (corrupt)    back, looks …

All of it becomes one detection log. One that was begun is gone on with: what comes next depends on its last event and
its last look, so what is added is what an unbroken run would have added. Where two files overlap by a little, the later
one is looked at from its beginning, and the earlier one only until then.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detection_log import LogHeader, LogWriter, read_events
from edge_agent.adapters.video.recorded_at import recorded_at
from edge_agent.app.detect.detectors import detector_for
from edge_agent.app.stream.coverage import Coverage
from edge_agent.app.stream.looks import Appearing, as_events, looks
from edge_agent.app.stream.recording import Recording, appearing, begun_anew
from edge_agent.config.fields.instants import begun
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event, FrameSeen, StreamBack, StreamLost
from edge_agent.core.stream.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import tzinfo

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Detector

VIDEOS: Final = frozenset(
    {".264", ".265", ".3gp", ".asf", ".avi", ".dav", ".flv", ".h264", ".h265", ".hevc", ".m2ts", ".m4v", ".mkv"}
    | {".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".vob", ".webm", ".wmv"}
)
GAP: Final = timedelta(seconds=2)  # names count in whole seconds, so less than this is no gap
OVERLAP: Final = timedelta(seconds=5)  # recorders repeat a little; more is another camera's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One file: when it begins, and when it ends."""

    recording: Recording
    began: datetime
    ends: datetime


def dated(path: Path, local: tzinfo) -> datetime | None:
    """When a recording began: by its name, else by its container; None where neither says."""
    return begun(path.name, local) or recorded_at(path)


def videos_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files, and the videos in the folders and in those within them; raises BadInputError where there is none."""
    files = tuple(file for path in paths for file in (_videos(path) if path.is_dir() else (path,)))
    return tuple(dict.fromkeys(files))


def segments(loaded: LoadedSite, camera: str, files: Sequence[Path], started: datetime | None) -> tuple[Segment, ...]:
    """The files in the order in which they were recorded.

    Where each says when it began, ``started`` moves all of them by as much; where one does not, they follow each other
    in the order of their names, without a gap, from ``started`` on.

    Raises:
        BadInputError: A file is no video, or nobody says when it began, or two of them overlap.
    """
    times = {path: dated(path, loaded.timezone) for path in files}
    known = {path: at for path, at in times.items() if at is not None}
    bare = Recording(loaded=loaded, camera=camera, path=files[0])
    if len(known) == len(files):
        shift = timedelta(0) if started is None else started - min(known.values())
        order = sorted(files, key=lambda path: (known[path], path.name))
        parts = tuple(_segment(bare, path, known[path] + shift) for path in order)
    else:
        parts = tuple(_one_by_one(bare, files, started or loaded.cameras[camera].started, set(files) - set(known)))
    _refuse_overlap(parts)
    return parts


def detected_in(
    parts: Sequence[Segment],
    keep: Path | None = None,
    *,
    warn: Callable[[str], None] = lambda _: None,
    coverage: Coverage | None = None,
) -> Iterator[Event]:
    """The events of all segments, detected as they are asked for; ``keep`` is the log they are written to.

    ``warn`` hears of every file that breaks off; ``coverage`` is told what of the others could be looked at.
    """
    first = parts[0]
    report = _SegmentReport(warn, coverage or Coverage(), first.began, appearing(first.recording))
    detector = detector_for(first.recording.loaded)
    if keep is None:
        yield from _events(parts, detector, _Reached(), report)
        return
    size = first.recording.opened().size
    header = LogHeader(camera=first.recording.camera, size=size, model=detector.model_id, started=first.began)
    with LogWriter(keep, header, keep=begun_anew(first.recording)) as log:
        reached = _Reached()
        for event in read_events(keep):
            reached = reached.after(event)
            yield event
        for event in _events(parts, detector, reached, report):
            log.append(event)
            yield event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """How far a log goes: its last event, and its last look."""

    event: Event | None = None
    look: datetime | None = None

    def after(self, event: Event) -> _Reached:
        return _Reached(event=event, look=event.at if isinstance(event, FrameSeen) else self.look)


@dataclass(frozen=True, slots=True)
class _SegmentReport:
    """Who hears of what is missing, when the first file began, and who finds what appeared."""

    warn: Callable[[str], None]
    coverage: Coverage
    began: datetime
    appeared: Appearing


def _events(parts: Sequence[Segment], detector: Detector, reached: _Reached, report: _SegmentReport) -> Iterator[Event]:
    """What comes after ``reached``."""
    for number, part in enumerate(parts):
        until = parts[number + 1].began if number + 1 < len(parts) else None
        if _passed(part, until, reached):
            continue
        for event in _events_of(part, until, detector, reached, report):
            reached = reached.after(event)
            yield event


def _passed(part: Segment, until: datetime | None, reached: _Reached) -> bool:
    """Whether the log goes beyond a segment: into the next one, or to where this one was lost."""
    if reached.event is None:
        return False
    lost = isinstance(reached.event, StreamLost) and reached.event.at >= part.began
    return lost or (until is not None and reached.event.at >= until)


def _events_of(
    part: Segment, until: datetime | None, detector: Detector, reached: _Reached, report: _SegmentReport
) -> Iterator[Event]:
    """The stream that comes back, the looks of one file, and the stream that is lost where something is missing."""
    if isinstance(reached.event, StreamLost):
        yield StreamBack(part.began)
    last = reached.look
    try:
        source = part.recording.opened(skip_to=last)
        with closing(looks(source, detector)) as seen:
            for look in as_events(takewhile(lambda one: until is None or one[0].at < until, seen), report.appeared):
                last = look.at
                yield look
    except BadInputError as error:
        report.warn(f"{error}; what is missing counts as a stream that was lost")
        yield StreamLost(max(part.began, last or part.began), Trouble.CORRUPT)
        return
    report.coverage.add(source, source.duration, part.began - report.began)
    if until is not None and until - part.ends >= GAP:
        yield StreamLost(part.ends, Trouble.NO_CONNECTION)


def _segment(bare: Recording, path: Path, began: datetime) -> Segment:
    recording = replace(bare, path=path, started=began)
    return Segment(recording=recording, began=began, ends=began + recording.opened().duration)


def _one_by_one(
    bare: Recording, files: Sequence[Path], started: datetime | None, undated: set[Path]
) -> Iterator[Segment]:
    """Each begins where the one before it ended."""
    if started is None:
        raise BadInputError(
            f"{min(undated)}: neither its name nor its container says when it began, "
            "expected a name such as 20261101T080000.mp4, or --start"
        )
    for path in sorted(files, key=lambda path: path.name):
        part = _segment(bare, path, started)
        started = part.ends
        yield part


def _refuse_overlap(parts: Sequence[Segment]) -> None:
    for before, part in pairwise(parts):
        over = before.ends - part.began
        if over > OVERLAP:
            raise BadInputError(
                f"{part.recording.path}: begins {over.total_seconds():.1f} s before {before.recording.path.name} ends, "
                f"expected files of one camera, one after the other"
            )


def _videos(folder: Path) -> tuple[Path, ...]:
    files = tuple(sorted(path for path in folder.rglob("*") if path.suffix.lower() in VIDEOS and path.is_file()))
    if not files:
        raise BadInputError(f"{folder}: holds no video, expected files such as {', '.join(sorted(VIDEOS))}")
    return files
