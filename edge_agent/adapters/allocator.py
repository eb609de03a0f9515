"""The allocator: how much of freed memory the process keeps.

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
from contextlib import suppress
from typing import Final

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
