"""The watchdog: every part of the agent that must go on says so, and one that falls silent makes the agent unwell.

A camera that is down is not silent: its loop tries again, and beats. Silent is a thread that hangs or has died, and
that only a restart mends; so ``trouble`` is what decides whether systemd is fed and what ``/healthz`` answers.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from edge_agent.ports import Clock


class Watchdog:
    """Knows when each part was last heard of.

    Args:
        clock: One that no step of the system's moves.
        patience: How long a part may be silent.
    """

    def __init__(self, clock: Clock, patience: timedelta) -> None:
        self._clock = clock
        self._patience = patience
        self._heard: dict[str, datetime] = {}
        self._lock = Lock()

    def beat(self, part: str) -> None:
        """The part goes on; its first beat makes it one that is waited for."""
        with self._lock:
            self._heard[part] = self._clock.now()

    def leave(self, part: str) -> None:
        """The part has ended orderly."""
        with self._lock:
            self._heard.pop(part, None)

    def trouble(self) -> str:
        """The parts that have fallen silent, in a sentence; empty while all go on."""
        now = self._clock.now()
        with self._lock:
            silent = {part: now - at for part, at in self._heard.items() if now - at > self._patience}
        return "; ".join(f"{part} has been silent for {span.total_seconds():.0f} s" for part, span in silent.items())
