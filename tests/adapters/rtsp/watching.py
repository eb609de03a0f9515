"""Short words for watching a camera in a test."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.rtsp import RtspOptions, RtspSession
from edge_agent.config.fields.secret import Secret
from edge_agent.ports import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.stream.pictures import CodedPicture, LiveFrame

PATIENT: Final = RtspOptions(connect_s=60, silence_s=120)  # so that nothing in a test ends by a timeout
HASTY: Final = RtspOptions(connect_s=0.5, silence_s=0.5)  # so that everything does
SECONDS: Final = 50.0  # no test waits this long unless it fails


def now() -> datetime:
    """The present."""
    return SystemClock().now()


def session(
    url: str,
    *,
    options: RtspOptions = PATIENT,
    eager: Callable[[], bool] = lambda: False,
    wanted: Callable[[int, bool], bool] = lambda _pts, _keyframe: True,
    keep: Callable[[CodedPicture], None] | None = None,
) -> RtspSession:
    """A session with the camera at an address, not yet opened."""
    return RtspSession(Secret("a test", url), clock=now, options=options, eager=eager, wanted=wanted, keep=keep)


def watch(watched: RtspSession, pictures: int) -> list[LiveFrame]:
    """Open a session, take so many pictures, and close it."""
    watched.open()
    frames = list(islice(watched.frames(), pictures))
    watched.close()
    return frames


def spans(frames: list[LiveFrame]) -> list[float]:
    """Seconds of media time from the first picture to each."""
    return [float((frame.pts - frames[0].pts) * frame.time_base) for frame in frames]


def fault_of(watched: RtspSession) -> StreamError:
    """What ends a session that is opened and watched."""
    with pytest.raises(StreamError) as caught:
        watch(watched, 1_000)
    return caught.value
