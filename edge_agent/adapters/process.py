"""What this process has used of the machine so far: processor time, in all and by thread, and memory.

Linux tells it in /proc. Processor time is what the work costs, however busy others keep the machine meanwhile: two
figures of one run can be compared by it, where the time on the wall cannot.

The allocator: how much of freed memory the process keeps.

glibc gives threads arenas of their own, up to eight a core, and each keeps what its thread once needed. Pictures are
made in one thread and freed in another, so with a few dozen threads every arena creeps up to the most that was ever
needed at once, and no leak finder lists it. Two arenas share it. Python takes its own small objects from elsewhere, so
hardly anybody waits for them.

A picture of Full HD is 6 MB, and by default glibc hands so much back to the kernel as soon as it is freed: the next
picture then fetches it again, 1,500 pages of which each is cleared first. That costs two milliseconds a look, a tenth
of the look itself. So what is freed is kept, up to ten pictures of it, and given back once where it pays: when a
model has been loaded.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # places in /proc/<pid>/stat behind the name (proc(5): utime is field 14)
_BUSY: Final = (0, 1, 2, 5, 6, 7)  # of the first line of /proc/stat: all but idle, waiting, and guests told twice


def end_with_input() -> None:
    """End this process as soon as its standard input does: a child outlives its parent in no way that ends it."""

    def wait() -> None:
        while os.read(0, 4096):  # nothing is expected but the end
            pass
        os._exit(0)

    Thread(target=wait, name="input", daemon=True).start()


def processor_s() -> float:
    """Processor seconds of this process, all threads, user and system, to the microsecond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def by_thread() -> dict[int, float]:
    """Processor seconds of each thread that lives, by its native id, to a hundredth."""
    used = {}
    for path in (_PROC / "self" / "task").iterdir():
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        used[int(path.name)] = (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS
    return used


def machine_s() -> float:
    """Processor seconds of everybody on this machine since it was started."""
    fields = (_PROC / "stat").read_text().partition("\n")[0].split()[1:]
    return sum(int(fields[place]) for place in _BUSY) / _TICKS


def resident_bytes() -> int:
    """The memory this process holds now."""
    return int((_PROC / "self" / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def processor_name() -> str:
    """What the machine calls its processor; empty where it does not say."""
    match = re.search(r"^model name\s*:\s*(.+)$", (_PROC / "cpuinfo").read_text(), re.MULTILINE)
    return match[1].strip() if match else ""


@contextmanager
def one_core() -> Iterator[None]:
    """Everything in here, and every thread begun in here, runs on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


M_TRIM_THRESHOLD: Final = -1  # of glibc's malloc.h, as the others
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
ARENAS: Final = 2
LARGEST: Final = 32 << 20  # bytes: what is larger is always given back; glibc allows no more
KEPT: Final = 64 << 20


def share_arenas() -> bool:
    """Let all threads share two arenas; to be called before they start. False where the C library is not glibc."""
    return _set(M_ARENA_MAX, ARENAS)


def keep_freed() -> bool:
    """Keep the memory of a picture for the next one. False where the C library is not glibc."""
    return _set(M_MMAP_THRESHOLD, LARGEST) and _set(M_TRIM_THRESHOLD, KEPT)


def give_back() -> None:
    """Give what is free now back to the kernel, if the C library can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _set(what: int, to: int) -> bool:
    try:
        return bool(ctypes.CDLL(None).mallopt(what, to))
    except (OSError, AttributeError):
        return False
