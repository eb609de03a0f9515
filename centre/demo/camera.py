"""A camera for the demo: the sample clip over RTSP on the loopback, again and again, in a child that ends with us."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from centre.demo.child import await_connection

HOST: Final = "127.0.0.1"


@contextmanager
def running_camera(clip: Path) -> Iterator[str]:
    """The address of a stream that shows the clip, for the length of the block.

    Raises:
        OutsideError: It takes no connection.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and this very module
        [sys.executable, "-P", "-m", "centre.demo.camera", str(clip.parent), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await_connection("camera", child, HOST, port)
        yield f"rtsp://{HOST}:{port}/{clip.name}"
    finally:
        child.terminate()
        child.wait()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _serve(folder: str, port: str) -> None:
    from aio_rtsp_toolkit.server import serve  # noqa: PLC0415 - only the child needs it

    Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(serve(folder, HOST, int(port)))


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
