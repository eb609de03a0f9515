"""Annotating: the recording of a log, look by look, with what the fold made of each. It cannot act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.annotated import AnnotatedLook, save_annotated
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.evidence.pictures import redaction_of
from edge_agent.app.replay.replay import assumed_of_all, folded
from edge_agent.app.replay.stories import events_of
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import FrameSeen
from edge_agent.core.explain.overlay import overlay
from edge_agent.core.incident.grouping import PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from edge_agent.adapters.evidence.redaction import Redaction
    from edge_agent.app.replay.report import Material
    from edge_agent.core.incident.world import World
    from edge_agent.ports import Frame, Image

SAME: Final = timedelta(milliseconds=1)  # logs of other programs are dated to the millisecond


def annotate(material: Material, to: Path) -> int:
    """Write the looked-at pictures with boxes, zones, dwell bars and the clock on them; returns how many.

    Raises:
        BadInputError: There is no recording, or none of its looks is one of the log's.
        OutsideError: The video cannot be written.
    """
    if material.video is None:
        raise BadInputError(f"{to}: an annotated video needs its recording, expected --video")
    material.recording()  # which refuses pictures of another size
    written = save_annotated(to, _looked(material, material.video), material.header.size)
    if not written:
        rate = _rate(material)
        raise BadInputError(f"{material.video}: at {rate:g} looks a second none is dated as one of the log's")
    return written


def _looked(material: Material, video: Path) -> Iterator[AnnotatedLook]:
    """The looks of the log that are pictures of the recording, each after its fold."""
    loaded, camera = material.loaded, material.camera
    zones = tuple(zone.polygon for zone in loaded.site.zones_of(camera))
    keep, redaction = loaded.site.policy.seeing.keep_score, redaction_of(loaded, camera)
    for frame, seen, world in _matched(material, video):
        shown = tuple(each for each in seen.detections if each.score >= loaded.site.policy.seeing.min_score)
        people = tuple(each.box for each in seen.detections if each.label == PERSON and each.score >= keep)
        yield AnnotatedLook(
            frame=frame if material.people_visible else replace(frame, image=_hidden(redaction, frame, seen)),
            zones=zones,
            detections=shown,
            hide=() if material.people_visible else people,
            standings=overlay(world, loaded.site),
            clock=f"{camera}  {frame.at.astimezone(loaded.timezone):%Y-%m-%d %H:%M:%S %z}",
        )


def _hidden(redaction: Redaction, frame: Frame, seen: FrameSeen) -> Image:
    """The picture without what the site wants nobody to see; a video shows many things, so no plate stays."""
    return redaction.redacted(redaction.masked(frame.image), seen.detections, None).image


def _matched(material: Material, video: Path) -> Iterator[tuple[Frame, FrameSeen, World]]:
    """Frames and looks of one instant; both come in order, and what has no partner is passed over."""
    fold = folded(events_of(material.logs), material.camera, material.loaded.site, assumed_of_all(material.logs))
    looks = ((event, world) for event, world, _ in fold if isinstance(event, FrameSeen))
    frames = _recording(material, video).frames()
    frame, look = next(frames, None), next(looks, None)
    while frame is not None and look is not None:
        apart = frame.at - look[0].at
        if abs(apart) <= SAME:
            yield frame, *look
        if apart <= SAME:
            frame = next(frames, None)
        if apart >= -SAME:
            look = next(looks, None)


def _recording(material: Material, video: Path) -> VideoFile:
    """The recording, looked at as its camera is, for as long as the log lasts."""
    started = material.header.started
    last: datetime = started
    for event in events_of(material.logs):
        last = event.at
    span = last - started + timedelta(milliseconds=2)
    return VideoFile(video, started=started, looks_per_second=_rate(material), loops=span)


def _rate(material: Material) -> float:
    return material.loaded.cameras[material.camera].looks_per_second
