"""GStreamer's own ONVIF server as a camera with a loudspeaker, where the system has it (see ``gst_backchannel.py``)."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from edge_agent.adapters.clock import SystemClock

if TYPE_CHECKING:
    from types import TracebackType

    from edge_agent.core.speak.sound import Samples

PYTHON: Final = Path("/usr/bin/python3")
PROGRAM: Final = Path(__file__).with_name("gst_backchannel.py")
POLLS: Final = 6000
POLL_S: Final = 0.01
_NEEDED: Final = """
import gi
for name in ("Gst", "GstRtsp", "GstRtspServer"):
    gi.require_version(name, "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
GstRtspServer.RTSPOnvifServer
for name in ("rtppcmudepay", "rtppcmadepay", "mulawdec", "alawdec", "audiotestsrc", "mulawenc", "rtppcmupay"):
    if Gst.ElementFactory.find(name) is None:
        raise SystemExit(f"no GStreamer element {name}")
"""


@cache
def missing() -> str:
    """What this machine lacks for it; empty where it has all."""
    if not PYTHON.exists():
        return f"no {PYTHON}"
    tried = subprocess.run([PYTHON, "-c", _NEEDED], capture_output=True, text=True, check=False)
    last = (tried.stderr.strip().splitlines() or ["it says nothing"])[-1]
    return f"GStreamer's RTSP server: {last}" if tried.returncode else ""


class GStreamerCamera:
    """Serves until the end of its context; what it hears lies in ``folder``."""

    def __init__(self, folder: Path, codec: str = "PCMU", *, login: tuple[str, ...] = ()) -> None:
        self._file = folder / "heard.raw"
        self._arguments = [str(self._file), codec, *login]
        self._port = 0
        self._child: subprocess.Popen[str] | None = None

    def url(self, login: str = "", stream: str = "camera") -> str:
        """Its address, with a login in it; ``plain`` is a stream without a backchannel."""
        return f"rtsp://{login}{'@' if login else ''}127.0.0.1:{self._port}/{stream}"

    def heard(self) -> Samples:
        """What came out of its backchannel."""
        return np.fromfile(self._file, np.int16) if self._file.exists() else np.zeros(0, np.int16)

    def wait_for(self, packets: int) -> None:
        """Wait until it has played so many packets of 20 ms."""
        for _ in range(POLLS):
            if len(self.heard()) >= 160 * packets:
                return
            SystemClock().sleep(POLL_S)

    def __enter__(self) -> Self:
        """Begin to serve; returns once the port answers."""
        self._child = subprocess.Popen(
            [PYTHON, PROGRAM, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if self._child.stdout is not None:
            self._port = int(self._child.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
