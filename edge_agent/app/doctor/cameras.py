"""Does each camera give a picture? Each is opened as the agent opens it, for one picture."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.rtsp import RtspSession
from edge_agent.app.doctor.findings import Finding, guarded, ill, well
from edge_agent.app.recording import Recording
from edge_agent.config.deployment import Stream, VideoFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.loading import LoadedSite
    from edge_agent.config.secret import Secret
    from edge_agent.ports import Clock

AT_ONCE: Final = 8


def cameras(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A finding a picture source, in the order of the site file; some are opened at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for found in pool.map(lambda camera: _camera(loaded, camera, clock), loaded.cameras):
            yield from found


def _camera(loaded: LoadedSite, camera: str, clock: Clock) -> tuple[Finding, ...]:
    settings = loaded.cameras[camera]
    check, source = f"camera {camera}", settings.source
    match source:
        case VideoFile(path=path):
            recording = Recording(loaded=loaded, camera=camera, path=path, loops=None)
            return tuple(guarded(check, lambda: [_recording(check, recording)], "give it a video that can be read"))
        case Stream():
            main = () if settings.main is None else _watched(f"{check} main", settings.main, clock)
            return (*_watched(check, source, clock), *main)
        case _:
            assert_never(source)


def _watched(check: str, stream: Stream, clock: Clock) -> Iterator[Finding]:
    todo = "look at its power and cable, then at the address and login in the site file"
    return guarded(check, lambda: [_stream(check, stream.url, clock)], todo)


def _recording(check: str, recording: Recording) -> Finding:
    opened = recording.opened()
    width, height = opened.size
    next(opened.frames())
    seconds = opened.duration.total_seconds()
    return well(check, f"{recording.path}: {width}x{height}, {seconds:.0f} s", duration_s=seconds)


def _stream(check: str, address: Secret, clock: Clock) -> Finding:
    session, began = RtspSession(address, clock=clock.now), clock.now()
    try:
        held = session.open()
        picture = next(session.frames(), None)
    finally:
        session.close()
    seconds = (clock.now() - began).total_seconds()
    width, height = held.size
    if picture is None:
        return ill(check, f"{held.codec} {width}x{height}, but no picture came", "restart the camera")
    return well(
        check, f"{held.codec} {width}x{height}, first picture after {seconds:.1f} s", first_picture_s=round(seconds, 3)
    )
