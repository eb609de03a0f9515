"""How a camera is read, and which of its pictures are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.config.broker.tls import Tls
    from edge_agent.config.site.site_file import CameraSettings


def everything(_pts: int, _keyframe: bool) -> bool:  # noqa: FBT001 - a callable that is given two values
    """Want every picture."""
    return True


def nothing(_pts: int, _keyframe: bool) -> bool:  # noqa: FBT001 - a callable that is given two values
    """Want no picture: for a stream that is only kept, never looked at."""
    return False


def never() -> bool:
    """Not eager: keyframes are enough."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class RtspOptions:
    """How a camera is read.

    ``connect_s`` is how long connecting may take, and after it learning what the stream holds; ``silence_s`` how long
    a connected camera may send nothing. ``fit`` is the largest picture that is wanted, width and height. ``tls`` says
    whom to believe behind ``rtsps://``, ``basic_auth`` whether the password may be given in the clear.
    """

    connect_s: float = 5.0
    silence_s: float = 10.0
    fit: tuple[int, int] | None = (640, 384)
    tls: Tls | None = None
    basic_auth: bool = False


def options_of(camera: CameraSettings, *, fit: tuple[int, int] | None = (640, 384)) -> RtspOptions:
    """How a site has a camera read; ``fit`` is the largest picture that is wanted."""
    return RtspOptions(fit=fit, tls=camera.tls, basic_auth=camera.basic_auth)


def ffmpeg_options(options: RtspOptions) -> dict[str, str]:
    """The same in FFmpeg's words."""
    return {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video",
        "timeout": str(round(options.silence_s / 2 * 1_000_000)),  # FFmpeg gives what it held back, then waits again
        "probesize": "4096",
        "analyzeduration": "500000",
    }
