"""What this process has used of the machine so far: processor time, in all and by thread, and memory.

Linux tells it in /proc. Processor time is what the work costs, however busy others keep the machine meanwhile: two
figures of one run can be compared by it, where the time on the wall cannot.
"""

from __future__ import annotations

import os
import re
import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # places in /proc/<pid>/stat behind the name (proc(5): utime is field 14)
_BUSY: Final = (0, 1, 2, 5, 6, 7)  # of the first line of /proc/stat: all but idle, waiting, and guests told twice


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
    found = re.search(r"^model name\s*:\s*(.+)$", (_PROC / "cpuinfo").read_text(), re.MULTILINE)
    return found[1].strip() if found else ""


@contextmanager
def one_core() -> Iterator[None]:
    """Everything in here, and every thread begun in here, runs on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
