"""Ports for what a test starts later, or starts again: nobody else is given one meanwhile.

A port that the system chose for a moment is anybody's as soon as it is closed, and another worker of pytest asks for
ports all the time. These lie below those that Linux gives by itself (from 32768), each worker has a stretch of its own,
and none is given twice before the stretch is used up.
"""

from __future__ import annotations

import os
import socket
from itertools import cycle, islice
from typing import Final

HOST: Final = "127.0.0.1"
FIRST: Final = 12_000
EACH: Final = 1_000
STRETCHES: Final = 8

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % STRETCHES
_begin = FIRST + _worker * EACH
# Begun at another place by each process, for two runs may go on at the same time.
_ports = islice(cycle(range(_begin, _begin + EACH)), os.getpid() % EACH, None)


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    for port in islice(_ports, EACH):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was left a moment ago is free
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
