"""Containment: what goes wrong in one part of one camera stays with that camera.

::

    work ──ends──▶ done
     │ ▲
     │ └────── pause 0.5 s … 30 s ◀──┐
     └─fails─▶ log, with traceback ──┴─▶ told (metric, health)

Whatever the error is, a bug of ours too: the street before the other cameras is watched on. The pause doubles with each
failure in a row, as it does for a stream that cannot be opened; work that lasted as long as the longest pause counts as
a success.

The log shows where an error was raised and what the system calls it, but of FFmpeg's errors not their own text: it
holds the address of the camera, with its password.
"""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from av.error import FFmpegError

from edge_agent.core.feed.broker_faults import LONGEST_PAUSE_S, pause_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports import Clock

PROVEN: Final = timedelta(seconds=LONGEST_PAUSE_S)
_log = logging.getLogger(__name__)


def contained(
    work: Callable[[], object],
    *,
    part: str,
    clock: Clock,
    told: Callable[[str], object],
    pause: Callable[[float], bool],
) -> None:
    """Do ``work`` until it ends by itself; after an error do it again.

    Args:
        work: May be begun again after any error.
        part: Whose it is and what, for the log: ``camera gate, reader``.
        clock: Tells how long the work lasted.
        told: Is told each error in a sentence; an error of its own is logged, and changes nothing.
        pause: Waits so many seconds; True to end.
    """
    failures = 0
    while True:
        begun = clock.now()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other cameras go on
            failures = 1 if clock.now() - begun >= PROVEN else failures + 1
            wait = pause_s(failures, part)
            sentence = in_words(error)
            report(part, error, f"tried again in {wait:.1f} s")
        else:
            return
        noted(part, told, sentence)
        if pause(wait):
            return


def report(part: str, error: BaseException, then: str) -> None:
    """Log an error that was contained: whose it is, what comes ``then``, and the way to where it was raised."""
    way = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed and is contained, %s: %s\n%s", part, then, in_words(error), way.rstrip())


def noted(part: str, notify: Callable[[str], object], sentence: str) -> None:
    """Tell of an error; that this fails too is logged, and no more."""
    try:
        notify(sentence)
    except Exception as error:  # noqa: BLE001 - what failed may be what it is told by
        report(part, error, "and nobody could be told")


def in_words(error: BaseException) -> str:
    """The kind of an error and what it says, without anything that may hold a login."""
    text = (error.strerror or "") if isinstance(error, FFmpegError) else str(error)
    kind = type(error).__name__
    return f"{kind}: {text}" if text else kind
