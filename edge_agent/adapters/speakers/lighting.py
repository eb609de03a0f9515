"""A lamp: light that says what may not be heard; on for a while, and off again whatever happens.

::

    on ─▶ yes ─▶ wait ``lit`` ─▶ off
     └ no answer, or no ───────▶ off   (it may be on all the same)

A lamp that could not be put out is put out before the next time, at the end, and when the agent comes back after a
power cut in the middle.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.answering import forgotten
from edge_agent.adapters.speakers.broadcast import SECOND
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.ports import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Announcement

_log = logging.getLogger(__name__)


class Lamp:
    """What all lamps do.

    Args:
        name: What it is called in messages.
        on: Puts it on; raises OutsideError where that fails.
        off: Puts it off; raises OutsideError where that fails.
        lit: How long it burns.
        clock: Waits meanwhile.
    """

    def __init__(
        self, *, name: str, on: Callable[[], None], off: Callable[[], None], lit: timedelta, clock: Clock
    ) -> None:
        self._name = name
        self._on = on
        self._off = off
        self._lit = lit
        self._clock = clock
        self._burning = False

    def play(self, announcement: Announcement) -> Answer:  # noqa: ARG002 - a lamp has no words
        """Light it for as long as is set; played where it was lit, even if it could not be put out."""
        self._burning = True
        try:
            self._on()
            self._clock.sleep(self._lit / SECOND)
        except OutsideError as error:
            return Answer(result=Result.FAILED, reason=str(error))
        finally:
            still = self._put_out()
        return Answer(result=Result.PLAYED, reason=still)

    def recall(self, announcement: Announcement) -> Answer:  # noqa: ARG002 - nothing is kept
        """It cannot tell; what a power cut may have left burning is put out."""
        self._burning = True
        self._put_out()
        return forgotten(self._name)

    def close(self) -> None:
        """Put out what is still burning."""
        if self._burning:
            self._put_out()

    def _put_out(self) -> str:
        """Why it still burns; empty where it does not."""
        try:
            self._off()
        except OutsideError as error:
            _log.warning("the lamp could not be put out: %s", error)
            return f"{error} (when it was put out)"
        self._burning = False
        return ""
