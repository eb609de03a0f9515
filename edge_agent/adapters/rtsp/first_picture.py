"""The first picture of a camera, for who asks once: it comes, or it is said why not, within a bounded time.

A doorbell sends a keyframe a minute, and a camera that refreshes by strips sends none at all.
"""

from __future__ import annotations

from threading import Event, Timer
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.rtsp.faults import without_keyframe
from edge_agent.adapters.rtsp.session import RtspSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.adapters.rtsp.options import RtspOptions
    from edge_agent.config.fields.secret import Secret
    from edge_agent.core.stream.pictures import LiveFrame, StreamFormat

PATIENCE_S: Final = 30.0


def first_picture(
    address: Secret,
    *,
    clock: Callable[[], datetime],
    options: RtspOptions | None = None,
    patience_s: float = PATIENCE_S,
) -> tuple[StreamFormat, LiveFrame]:
    """What the stream holds, and its next keyframe, waited for as long as ``patience_s`` seconds.

    Raises:
        StreamError: The camera cannot be reached or read, or sends no keyframe in that time.
    """
    sent = Event()
    session = RtspSession(address, clock=clock, options=options, keep=lambda _: sent.set())
    held = session.open()
    late = Timer(patience_s, session.close)
    late.start()
    try:
        frame = next(session.frames(), None)
    finally:
        late.cancel()
        session.close()
    if frame is None:  # also where the line could not be found to hang up, and its reads ended by themselves
        raise without_keyframe(address.reveal(), patience_s, sends=sent.is_set())
    return held, frame
