"""A full disk: make room, do the same again, and wait in between for as long as it takes.

What is done again must begin at what the store holds, as after a power cut: then nothing stored is lost, and nothing is
counted twice. Meanwhile nothing is looked at, so the camera is unobservable and its clocks stand.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeVar

from edge_agent.core.errors import OutsideError
from edge_agent.ports import DiskFullError

if TYPE_CHECKING:
    from collections.abc import Callable

STATE: Final = "disk_full"  # as health says it
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0

Done = TypeVar("Done")
_log = logging.getLogger(__name__)


def through_full_disk(
    work: Callable[[], Done],
    *,
    make_room: Callable[[], object],
    report: Callable[[str], None],
    pause: Callable[[float], bool],
) -> Done | None:
    """What ``work`` returns, once the disk took it; None if ``pause`` said that the agent ends.

    Args:
        work: Begins at what the store holds, each time.
        make_room: Housekeeping; that it fails is logged, and no reason to give up.
        report: Called with ``disk_full`` when it begins, and with an empty text when it is over.
        pause: Waits so many seconds; True to end.
    """
    tries = 0
    while True:
        try:
            done = work()
        except DiskFullError as error:
            if not tries:
                _log.error("making room: %s", error)
                report(STATE)
            _made(make_room)
            if pause(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(tries, 16)) if tries else 0.0):
                return None
            tries += 1
        else:
            if tries:
                report("")
            return done


def _made(make_room: Callable[[], object]) -> None:
    try:
        make_room()
    except OutsideError as error:
        _log.warning("no room could be made: %s", error)
