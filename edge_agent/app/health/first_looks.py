"""Which cameras have been looked at since the start: until all have, a box does not call itself well."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FirstLooks:
    """Knows of each camera whether one of its pictures was looked at; safe from any thread."""

    def __init__(self, cameras: Iterable[str] = ()) -> None:
        self._missing = dict.fromkeys(cameras)
        self._lock = Lock()

    def looked(self, camera: str) -> bool:
        """A picture of the camera was looked at; returns whether it is the first."""
        with self._lock:
            return self._missing.pop(camera, "known") is None

    def sentence(self) -> str:
        """Which cameras have not been seen, in a sentence; empty once all have."""
        with self._lock:
            missing = tuple(self._missing)
        return f"not seen since the start: {', '.join(missing)}" if missing else ""
