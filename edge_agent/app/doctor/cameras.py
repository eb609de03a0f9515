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
    """A finding a camera, in the order of the site file; some are opened at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda camera: _camera(loaded, camera, clock), loaded.cameras)


def _camera(loaded: LoadedSite, camera: str, clock: Clock) -> Finding:
    check, source = f"camera {camera}", loaded.cameras[camera].source
    match source:
        case VideoFile(path=path):
            look = guarded(
                check,
                lambda: [_recording(check, Recording(loaded=loaded, camera=camera, path=path, loops=None))],
                "give it a video file that can be read",
            )
        case Stream(url=url):
            look = guarded(
                check,
                lambda: [_stream(check, url, clock)],
                "look at its power and cable, then at the address and login in the site file",
            )
        case _:
            assert_never(source)
    return next(look)


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
