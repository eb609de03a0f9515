"""What the agent does without for now: a broker, the commands, the monitoring page.

None of them decides whether the street is watched. Each that is missing is logged as an error when it begins and when
its reason changes, shown by ``/healthz`` and the metric ``degraded``, and tried again for ever by whoever needs it.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class AgentPart(StrEnum):
    """What may be missing."""

    BROKER = "broker"
    COMMANDS = "commands"
    MONITORING = "monitoring"


class Degraded:
    """Knows what is missing and why; safe from any thread.

    ``shown`` is told of each part whether it is missing, whenever that changes.
    """

    def __init__(self, shown: Callable[[AgentPart, bool], None] = lambda _part, _missing: None) -> None:
        self._shown = shown
        self._missing: dict[AgentPart, str] = {}
        self._lock = Lock()

    def without(self, part: AgentPart, reason: str) -> None:
        """The part is missing for ``reason``; with an empty one it is there again."""
        with self._lock:
            before = self._missing.get(part, "")
            if reason == before:
                return
            if reason:
                self._missing[part] = reason
            else:
                del self._missing[part]
            self._shown(part, bool(reason))  # whoever reads the sentence finds what is shown to agree with it
        if reason:
            _log.error("degraded, going on without the %s and trying again: %s", part, reason)
        else:
            _log.warning("the %s is there again", part)

    def sentence(self) -> str:
        """What is missing, in a sentence; empty while nothing is."""
        with self._lock:
            return "; ".join(
                f"without the {part}: {self._missing[part]}" for part in AgentPart if part in self._missing
            )
