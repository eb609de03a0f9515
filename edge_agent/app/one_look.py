"""One look: a single picture of a camera, now, and what the detector sees in it; nothing is kept, nothing follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from edge_agent.adapters.rtsp import RtspOptions, RtspSession
from edge_agent.app.detectors import opened_detector
from edge_agent.app.recording import Recording
from edge_agent.config.deployment import Stream, VideoFile
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from edge_agent.config.loading import LoadedSite
    from edge_agent.config.secret import Secret
    from edge_agent.core.events import Detection
    from edge_agent.ports import Clock, Image


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
        case VideoFile(path=path):
            frame = next(Recording(loaded=loaded, camera=camera, path=path).opened().frames(), None)
            image = None if frame is None else frame.image
        case Stream(url=url):
            image = _from_stream(url, clock)
        case _:
            assert_never(source)
    if image is None:
        raise OutsideError(f"camera {camera}: gave no picture")
    return image


def _from_stream(url: Secret, clock: Clock) -> Image | None:
    session = RtspSession(url, clock=clock.now, options=RtspOptions(fit=None))
    try:
        session.open()
        frame = next(session.frames(), None)
    finally:
        session.close()
    return None if frame is None else frame.image
