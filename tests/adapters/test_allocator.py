"""All threads share two arenas."""

from __future__ import annotations

import subprocess
import sys

MANY_THREADS = """
import ctypes, sys
from threading import Barrier, Thread
from edge_agent.adapters.process import share_arenas

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


PICTURES = """
import ctypes, resource, sys
from edge_agent.adapters.process import give_back, keep_freed
from edge_agent.adapters.process import resident_bytes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
SIZE, COUNT = 6_000_000, 5

def pictures():
    held = [libc.malloc(SIZE) for _ in range(COUNT)]
    for each in held: ctypes.memset(each, 1, SIZE)
    for each in held: libc.free(each)

if sys.argv[1] == "keep":
    assert keep_freed()
for _ in range(3): pictures()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
pictures()
fetched = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
held = resident_bytes()
give_back()
print(fetched, held - resident_bytes())
"""


def pages(how: str) -> tuple[int, int]:
    """How many pages five pictures fetch from the kernel when five went before; what is given back in the end."""
    done = subprocess.run([sys.executable, "-c", PICTURES, how], check=True, capture_output=True, text=True)
    fetched, back = done.stdout.split()
    return int(fetched), int(back)


def test_the_memory_of_a_picture_is_kept_for_the_next_one_and_given_back() -> None:
    """Where every page of it would be fetched again."""
    assert pages("alone")[0] > 5000
    fetched, back = pages("keep")
    assert fetched < 50
    assert back > 25_000_000
