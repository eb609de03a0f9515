"""Side by side: the same work for many things in several processes, with the results in the order of the things."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0))


def side_by_side(work: Callable[[T], R], things: Sequence[T], workers: int) -> Iterator[R]:
    """What ``work`` makes of each of ``things``; both must be able to travel to another process.

    An error of ``work`` comes out where its result would have.
    """
    workers = min(workers, len(things))
    if workers <= 1:
        yield from map(work, things)
        return
    # Spawned, not forked: a fork of a process that has threads may hang, and every system can spawn.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, things)
