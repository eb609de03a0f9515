"""A real RTSP server that shows the clips of a folder, in a process of its own.

It sends a clip in its own time, over TCP, with RTCP sender reports, and starts its RTP clock at 0, which FFmpeg takes
for "no timestamp yet". Played for ever, a clip's timestamps go on from round to round without a jump.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from edge_agent.adapters.clock import SystemClock
from tests.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

ROOT: Final = Path(__file__).parents[2]
HOST: Final = "127.0.0.1"
TRIES: Final = 3  # the port that was free may be taken by somebody else a moment later
POLLS: Final = 1200  # a minute: a loaded machine is slow, and no failure
POLL_S: Final = 0.05


class CameraServer:
    """Shows every ``.mp4`` below ``folder``, to as many as ask, each from its beginning.

    Use it as a context, or `start` and `stop` it; started again, it has the same port.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    def url(self, clip: str, *, plays: int = 0, login: str = "", port: int | None = None) -> str:
        """The address of a clip, played so many times (0: for ever); ``port`` is a proxy's, where there is one."""
        before = f"{login}@" if login else ""
        return f"rtsp://{before}{HOST}:{port or self.port}/{clip}/play_count_{plays}/"

    def start(self) -> Self:
        """Begin to serve; returns once the port answers."""
        for _ in range(TRIES):
            port = self.port or free_port()
            child = _child(self._folder, port)
            if _answers(child, port):
                self._child, self.port = child, port
                return self
            child.kill()
            child.wait()
        msg = f"no RTSP server could be started for {self._folder}"
        raise RuntimeError(msg)

    def stop(self) -> None:
        """The camera loses its power."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _child(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cameras.serving", str(folder), str(port)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _answers(child: subprocess.Popen[bytes], port: int) -> bool:
    for _ in range(POLLS):
        if child.poll() is not None:
            return False
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            SystemClock().sleep(POLL_S)
        else:
            return True
    return False
