"""A program of the demo's own, started until it takes connections."""

from __future__ import annotations

import socket
import subprocess
from typing import Final

from centre.clock import sleep
from centre.errors import OutsideError

TRIES: Final = 1200
TRY_S: Final = 0.05


def await_connection(name: str, child: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Wait until ``child`` listens, for a minute at most: the machine may be busy with other things.

    Raises:
        OutsideError: It has ended, or takes no connection.
    """
    for _ in range(TRIES):
        try:
            with socket.create_connection((host, port), timeout=TRY_S):
                return
        except OSError:
            if child.poll() is not None:
                raise OutsideError(f"{name} {host}:{port}: ended at once with code {child.returncode}") from None
            sleep(TRY_S)
    raise OutsideError(f"{name} {host}:{port}: took no connection within {TRIES * TRY_S:.0f} s")
