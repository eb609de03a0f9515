"""Where examples come from: a moment of a recording, or the evidence of an incident."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from edge_agent.adapters.video.still import read_picture
from edge_agent.app.stream.recording import Recording
from edge_agent.config.camera.taught_file import instant_of
from edge_agent.config.site.site_file import VideoFileSettings
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from edge_agent.app.teach.examples import ExampleFolder, Marked
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.teach.taught import Mark
    from edge_agent.ports import Image


def mark_moment(
    loaded: LoadedSite,
    camera: str,
    examples: ExampleFolder,
    mark: Mark,
    box: Box,
    second: timedelta,
    video: Path | None = None,
) -> Marked:
    """Keep what is at ``box`` so many seconds into a recording; raises BadInputError where there is no picture."""
    source = loaded.cameras[camera].source
    path = video or (source.path if isinstance(source, VideoFileSettings) else None)
    if path is None:
        raise BadInputError(f"camera {camera}: is a stream, expected --video with a recording of it")
    recording = Recording(loaded=loaded, camera=camera, path=path)
    opened = recording.opened()
    if not 0 <= second.total_seconds() < opened.duration.total_seconds():
        raise BadInputError(
            f"{path}: {second.total_seconds():g} s, expected 0 to {opened.duration.total_seconds():.1f}"
        )
    frame = opened.frame_at(recording.begins + second)
    if frame is None:
        raise BadInputError(f"{path}: no picture at {second.total_seconds():g} s")
    return examples.add(mark, frame.image, box, frame.at, f"{path.name}@{second.total_seconds():g}")


def mark_incident(loaded: LoadedSite, examples: ExampleFolder, mark: Mark, incident: str) -> Marked:
    """Keep the thing of an incident, from the first original picture that there is of it.

    Raises:
        BadInputError: There is none of this camera.
    """
    shown = thing_of(loaded.state, examples.camera, incident)
    return examples.add(mark, shown.picture, shown.box, shown.at, incident)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """The thing of an incident in a picture of its evidence: the picture, where in it, and when."""

    picture: Image
    box: Box
    at: datetime


def thing_of(state: Path, camera: str, incident: str) -> Shown:
    """The thing of an incident, in the first original picture that there is of it.

    Raises:
        BadInputError: There is none of this camera.
    """
    folder = state / "evidence" / incident
    notes = sorted(folder.glob("*.json")) if "/" not in incident and folder.is_dir() else []
    for note in notes:
        note_read = _note(note)
        if note_read is None:
            continue
        of, name = note_read["camera"], note_read["frame"]["file"]
        if of != camera:
            raise BadInputError(f"incident {incident}: is of camera '{of}', expected '{camera}'")
        picture = read_picture(folder / str(name))
        return Shown(picture=picture, box=Box(*map(float, note_read["box"])), at=instant_of(note_read["shown"]))
    raise BadInputError(f"incident {incident}: found no picture of it in {state / 'evidence'}, expected evidence")


def _note(path: Path) -> dict[str, Any] | None:
    """What a note of a stage says; None where it is the note of something else."""
    try:
        line = json.loads(path.read_bytes())
        known = isinstance(line, dict) and {"camera", "box", "shown", "frame"} <= line.keys()
        return line if known and (path.parent / line["frame"]["file"]).is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
