"""All threads share two arenas."""

from __future__ import annotations

import subprocess
import sys

MANY_THREADS = """
import ctypes, sys
from threading import Barrier, Thread
from edge_agent.adapters.allocator import share_arenas

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
if sys.argv[1] == "share":
    assert share_arenas()
barrier = Barrier(12)

def work():
    held = libc.malloc(4000)
    barrier.wait()

threads = [Thread(target=work) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


def arenas(how: str) -> int:
    """How many arenas glibc has made for a dozen threads."""
    done = subprocess.run([sys.executable, "-c", MANY_THREADS, how], check=True, capture_output=True, text=True)
    return done.stderr.count("Arena ")


def test_threads_share_two_arenas() -> None:
    """Where they would have one each."""
    assert arenas("alone") > 2
    assert arenas("share") <= 2
