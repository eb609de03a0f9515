"""Can the agent see what it is asked to: the model's file, its labels, and how long one look takes?

Does each camera give a picture? Each is opened as the agent opens it, for one picture.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from edge_agent.adapters.rtsp import RtspOptions, options_of
from edge_agent.adapters.rtsp.first_picture import first_picture
from edge_agent.app.detect.detectors import opened_detector
from edge_agent.app.doctor.findings import Finding, guarded, ill, well
from edge_agent.app.stream.recording import Recording
from edge_agent.config.policy.model_register import read_register
from edge_agent.config.site.shipped import check_labels
from edge_agent.config.site.site_file import CameraSettings, Stream, VideoFileSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.fields.secret import Secret
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Clock

LOOKS: Final = 5
GREY: Final = 114


def model(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """The file as the register knows it, the labels as the zones want them, a look at a grey picture."""
    path = loaded.model
    detector = opened_detector(loaded)
    known = [entry for entry in read_register(path.parent).models if entry.file == path.name]
    if known and known[0].sha256 != detector.model_id:
        text = f"{path}: sha256 is {detector.model_id}, the register has {known[0].sha256}"
        yield ill("model", text, "fetch the file anew, or enter the new one: edge-agent models add")
        return
    blind = check_labels(loaded, detector.labels)
    if blind:
        yield ill("model", f"{blind[0].field}: found {blind[0].found}", f"use {blind[0].expected}")
        return
    picture = np.full((360, 640, 3), GREY, np.uint8)
    taken = []
    for _ in range(LOOKS + 1):
        began = clock.now()
        detector.detect(picture)
        taken.append((clock.now() - began).total_seconds() * 1000)
    look = round(median(taken[1:]), 1)  # the first one allocates
    registered = "as registered" if known else "in no register"
    text = f"{path} ({registered}), {len(detector.labels)} labels, {look:.1f} ms a look"
    yield well("model", text, look_ms=look)


AT_ONCE: Final = 8


def cameras(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A finding a picture source, in the order of the site file; some are opened at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for finding in pool.map(lambda camera: _camera(loaded, camera, clock), loaded.cameras):
            yield from finding


def _camera(loaded: LoadedSite, camera: str, clock: Clock) -> tuple[Finding, ...]:
    settings = loaded.cameras[camera]
    check, source = f"camera {camera}", settings.source
    match source:
        case VideoFileSettings(path=path):
            recording = Recording(loaded=loaded, camera=camera, path=path, loops=None)
            return tuple(guarded(check, lambda: [_recording(check, recording)], "give it a video that can be read"))
        case Stream():
            main = () if settings.main is None else _watched(f"{check} main", settings.main, settings, clock)
            return (*_watched(check, source, settings, clock), *main)
        case _:
            assert_never(source)


def _watched(check: str, stream: Stream, settings: CameraSettings, clock: Clock) -> Iterator[Finding]:
    todo = "look at its power and cable, then at the address and login in the site file"
    return guarded(check, lambda: [_stream(check, stream.url, options_of(settings), clock)], todo)


def _recording(check: str, recording: Recording) -> Finding:
    opened = recording.opened()
    width, height = opened.size
    next(opened.frames())
    seconds = opened.duration.total_seconds()
    return well(check, f"{recording.path}: {width}x{height}, {seconds:.0f} s", duration_s=seconds)


def _stream(check: str, address: Secret, options: RtspOptions, clock: Clock) -> Finding:
    began = clock.now()
    held, _ = first_picture(address, clock=clock.now, options=options)
    seconds = (clock.now() - began).total_seconds()
    width, height = held.size
    return well(
        check, f"{held.codec} {width}x{height}, first picture after {seconds:.1f} s", first_picture_s=round(seconds, 3)
    )
