"""The allocator: how much of freed memory the process keeps.

glibc gives threads arenas of their own, up to eight a core, and each keeps what its thread once needed. Pictures are
made in one thread and freed in another, so with a few dozen threads every arena creeps up to the most that was ever
needed at once, and no leak finder lists it. Two arenas share it. Python takes its own small objects from elsewhere, so
hardly anybody waits for them.
"""

from __future__ import annotations

import ctypes
from typing import Final

M_ARENA_MAX: Final = -8  # of glibc's malloc.h
ARENAS: Final = 2


def share_arenas() -> bool:
    """Let all threads share two arenas; to be called before they start. False where the C library is not glibc."""
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS))
    except (OSError, AttributeError):
        return False
