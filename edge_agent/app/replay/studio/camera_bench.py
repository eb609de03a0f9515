"""Benches: what the studio needs for each camera; its pictures, what was seen on them, and its two files."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, assert_never

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.replay.stories import camera_logs
from edge_agent.app.replay.studio.files import EditedFile
from edge_agent.app.replay.studio.footage import Recorded, Streamed, as_it_is
from edge_agent.app.replay.studio.redacting import StudioRedaction
from edge_agent.app.replay.studio.seen import SeenLog
from edge_agent.app.replay.studio.survey import refuse_bad
from edge_agent.app.replay.studio.teaching import Teaching
from edge_agent.app.stream.recording import UNDATED, Recording, digest
from edge_agent.config.fields.digest import digest as digest_of
from edge_agent.config.site.site_file import Stream, VideoFileSettings
from edge_agent.core.errors import BadInputError
from edge_agent.web.views import StudioCamera

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.app.replay.studio.footage import Footage
    from edge_agent.app.replay.studio.site import StudioSite
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person named at the start: a detection log, or a recording to look at as one camera would."""

    camera: str | None = None
    log: Path | None = None
    video: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraBench:
    """One camera to work on; ``step_s`` is the time from look to look."""

    card: StudioCamera
    step_s: float
    footage: Footage
    seen: SeenLog
    zones: EditedFile
    survey: EditedFile
    teaching: Teaching


def benches(site: StudioSite, wanted: Wanted, clock: Clock, *, redacted: bool = False) -> dict[str, CameraBench]:
    """A bench for each camera of the site, the one that was named first; its pictures ``redacted`` where it says so.

    Raises:
        BadInputError: What was named fits no camera of the site.
    """
    cameras = site.loaded.cameras
    chosen = _chosen(site.loaded, wanted)
    order = sorted(cameras, key=lambda camera: camera != chosen)
    nothing, redaction = Wanted(), StudioRedaction(site.loaded) if redacted else None
    return {camera: _bench(site, camera, wanted if camera == chosen else nothing, clock, redaction) for camera in order}


def _chosen(loaded: LoadedSite, wanted: Wanted) -> str | None:
    """The camera that is meant: the one named, that of the log, or the only one."""
    named = wanted.camera
    if wanted.log is not None:
        return camera_logs(loaded, wanted.log, named)[0]
    if named is None and len(loaded.cameras) == 1:
        named = next(iter(loaded.cameras))
    if named is None and wanted.video is not None:
        raise BadInputError(f"--video: the site has several cameras, expected --camera with: {_known(loaded)}")
    if named is not None and named not in loaded.cameras:
        raise BadInputError(f"camera '{named}': not in the site, expected one of: {_known(loaded)}")
    return named


def _known(loaded: LoadedSite) -> str:
    return ", ".join(loaded.cameras)


def _bench(
    site: StudioSite, camera: str, wanted: Wanted, clock: Clock, redaction: StudioRedaction | None
) -> CameraBench:
    loaded = site.loaded
    settings = loaded.cameras[camera]
    recording = _recording(loaded, camera, wanted.video)
    seen = _seen(loaded, camera, recording, wanted.log)
    shown = as_it_is if redaction is None else redaction.of(camera)
    footage = Streamed(loaded, camera, clock, shown) if recording is None else Recorded(recording, seen.started, shown)
    return CameraBench(
        card=_card(loaded, camera, recording),
        step_s=1 / settings.looks_per_second,
        footage=footage,
        seen=seen,
        zones=_zones_sheet(site, camera),
        survey=_survey_sheet(site, camera),
        teaching=Teaching(loaded, camera, footage.whole, clock, shown),
    )


def _recording(loaded: LoadedSite, camera: str, video: Path | None) -> Recording | None:
    source = loaded.cameras[camera].source
    match source:
        case _ if video is not None:
            return Recording(loaded=loaded, camera=camera, path=video)
        case VideoFileSettings(path=path):
            return Recording(loaded=loaded, camera=camera, path=path)
        case Stream():
            return None
        case _:
            assert_never(source)


def _card(loaded: LoadedSite, camera: str, recording: Recording | None) -> StudioCamera:
    if recording is not None:
        return StudioCamera(id=camera, source="recording", name=recording.path.name)
    source = loaded.cameras[camera].source
    return StudioCamera(id=camera, source="stream", name=source.url.origin if isinstance(source, Stream) else "")


def _seen(loaded: LoadedSite, camera: str, recording: Recording | None, log: Path | None) -> SeenLog:
    folder = loaded.state / "studio"
    if log is not None:
        _, parts = camera_logs(loaded, log, camera)
        return SeenLog(parts[0], read_header(parts[0]).started, None, parts)
    if recording is None:
        return SeenLog(folder / f"{camera}.detections.jsonl", UNDATED, None)
    return SeenLog(folder / _log_name(loaded, recording), recording.begins, recording)


def _log_name(loaded: LoadedSite, recording: Recording) -> str:
    """A log of its own for whatever would be seen differently: another file, model, rate or date."""
    path = recording.path
    try:
        file = path.stat()
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror}, expected a video file") from error
    looks = loaded.cameras[recording.camera].looks_per_second
    made = (str(path.resolve()), file.st_size, file.st_mtime_ns, digest(loaded.model), looks, str(recording.begins))
    return f"{recording.camera}-{path.stem}-{digest_of(made)[:10]}.detections.jsonl"


def _zones_sheet(site: StudioSite, camera: str) -> EditedFile:
    path = site.loaded.cameras[camera].zones
    return EditedFile(
        path=path,
        head=f"# Fractions of the picture, x to the right and y down.\nversion: 1\ncamera: {camera}\n",
        judge=lambda text: site.judge_zones(path, text),
        lock=Lock(),
    )


def _survey_sheet(site: StudioSite, camera: str) -> EditedFile:
    path = site.loaded.cameras[camera].calibration or site.folder / "calibration" / f"{camera}.yaml"
    return EditedFile(
        path=path,
        head=f"version: 1\ncamera: {camera}\n",
        judge=lambda text: refuse_bad(path, text, camera),
        lock=Lock(),
    )
