"""What a camera's stream gives: pictures, compressed and decoded, and what becomes of the connection.

A stream that is followed for a year is a row of these, in order::

    StreamBack ─▶ LiveFrame* ─▶ StreamLost ─▶ StreamLost ─▶ StreamBack ─▶ SizeChanged? ─▶ LiveFrame* ─▶ …
    opened        its pictures   broke off     again failed   opened        the camera was exchanged

"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.stream.frame_statistics import FrameStatistics


class StreamFault(StrEnum):
    """Why a stream gives no pictures."""

    NO_CONNECTION = "no_connection"
    REFUSED_LOGIN = "refused_login"
    NO_SUCH_STREAM = "no_such_stream"
    NO_VIDEO = "no_video"
    STALLED = "stalled"
    ENDED = "ended"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFormat:
    """How a stream is coded: FFmpeg's name of the codec, its parameter sets, width and height, seconds a tick."""

    codec: str
    parameters: bytes
    size: tuple[int, int]
    time_base: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPicture:
    """One compressed picture as the camera sent it; ``pts``, ``dts`` and ``duration`` in ticks of its format.

    ``received_at`` is when it arrived, by the clock that the session was given.
    """

    format: StreamFormat
    pts: int
    dts: int
    duration: int
    keyframe: bool
    data: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiveFrame:
    """One decoded picture.

    ``pts`` counts ticks of ``time_base`` seconds from a start that is the session's own. ``received_at`` is when its
    packet arrived, ``capture_at`` when the camera says it was taken, where the camera says so. ``damaged`` means that
    the decoder had to guess parts of it. ``image`` is BGR, height × width × 3, as large as was asked for; ``size`` is
    the width and height of the stream itself; ``full`` makes the picture of that size, where ``image`` is smaller.
    ``packet_digest`` is of the compressed picture: two keyframes with the
    same are an encoder that repeats itself.
    """

    pts: int
    time_base: Fraction
    received_at: datetime
    capture_at: datetime | None
    keyframe: bool
    damaged: bool
    image: NDArray[np.uint8]
    size: tuple[int, int]
    glance: FrameStatistics
    packet_digest: bytes
    full: Callable[[], NDArray[np.uint8]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLost:
    """From ``at`` on there are no pictures; ``failures`` tries in a row have failed, the next follows in ``retry_s``.

    ``message`` is one sentence for people and shows no login.
    """

    at: datetime
    reason: StreamFault
    message: str
    failures: int
    retry_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBack:
    """A session was opened: its pictures follow, and their timestamps start anew."""

    at: datetime
    format: StreamFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChanged:
    """The next picture has another size than the last one had, in this session or the one before."""

    at: datetime
    before: tuple[int, int]
    after: tuple[int, int]


LiveItem = LiveFrame | SourceLost | SourceBack | SizeChanged
