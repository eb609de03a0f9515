"""Housekeeping: what of the state folder goes, so that a box left alone for a year never fills its disk.

In this order, and only as much as is needed after the first line::

    evidence and sounds older than they may be kept      always
    detection logs, the oldest first                     while more is kept than allowed, or too little is free
    sounds, then evidence, the oldest incident first     the same
    ─────────────────────────────────────────────────────────────
    never: the database, evidence of an incident that is open or held, anything of the last 24 h but a finished log

The pictures of one incident go together. What I dislike about it: ages are told by the files' times, so a box whose
clock was years ahead at its start takes its evidence for old.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.adapters.evidence.sealed_folder import HOLD
from edge_agent.adapters.state_folder import Shelf
from edge_agent.config.sizes import size_text
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.adapters.state_folder import Room, StateFolder, StoredFile
    from edge_agent.config.service import StorageSettings
    from edge_agent.ports import Clock, Metrics

FRESH: Final = timedelta(hours=24)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What must stay: ``incidents`` that are open (None where that cannot be told: then all), files ``in_use``."""

    incidents: frozenset[str] | None
    in_use: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """What is to go; in bytes, ``early`` of it is evidence before its time, and ``short`` will still be missing."""

    go: tuple[StoredFile, ...]
    early: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Files that go together: those of an incident, or one file."""

    files: tuple[StoredFile, ...]

    @property
    def shelf(self) -> Shelf:
        return self.files[0].shelf

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def written(self) -> datetime:
        return max(file.written for file in self.files)

    def stays(self, kept: Kept, now: datetime) -> bool:
        """Whether it may not go, however little room there is."""
        first = self.files[0]
        if self.shelf is Shelf.LOGS:
            return first.path in kept.in_use
        open_ = self.shelf is Shelf.EVIDENCE and (kept.incidents is None or first.incident in kept.incidents)
        return open_ or self.held or self.written > now - FRESH

    @property
    def held(self) -> bool:
        """Whether a person holds it (``edge-agent evidence hold``)."""
        return self.shelf is Shelf.EVIDENCE and any(file.path.name == HOLD for file in self.files)

    def over(self, oldest: datetime) -> bool:
        """Whether it may be kept no longer, however much room there is."""
        return self.shelf is not Shelf.LOGS and self.written < oldest


def clearing(
    files: Iterable[StoredFile], room: Room, settings: StorageSettings, *, now: datetime, kept: Kept
) -> Clearing:
    """What goes now."""
    files = tuple(files)
    loose = sorted((each for each in _bundles(files) if not each.stays(kept, now)), key=lambda each: each.written)
    oldest = now - timedelta(days=settings.evidence_days)
    go = [each for each in loose if each.over(oldest)]
    rest = sorted((each for each in loose if not each.over(oldest)), key=lambda each: tuple(Shelf).index(each.shelf))
    used = room.database + sum(file.size for file in files)
    missing = max(used - settings.limit, settings.keep_free - room.free) - sum(each.size for each in go)
    early = 0
    for bundle in rest:
        if missing <= 0:
            break
        go.append(bundle)
        missing -= bundle.size
        early += bundle.size if bundle.shelf is Shelf.EVIDENCE else 0
    return Clearing(go=tuple(file for each in go for file in each.files), early=early, short=max(0, missing))


def _bundles(files: Iterable[StoredFile]) -> tuple[_Bundle, ...]:
    together: dict[tuple[Shelf, str], list[StoredFile]] = defaultdict(list)
    for file in files:
        together[file.shelf, file.incident or str(file.path)].append(file)
    return tuple(_Bundle(tuple(each)) for each in together.values())


class History(Protocol):
    """What of the store housekeeping needs."""

    def forget(self, before: datetime) -> int:
        """Delete some of what was over before then; returns how many rows went, 0 once all have."""

    def open_incidents(self, since: datetime) -> frozenset[str]:
        """Incidents that are not over or not told."""


class Housekeeper:
    """Keeps one agent's folders within the site's limits; to be called every few minutes, and when the disk is full.

    Args:
        folder: What is on the disk.
        store: Whose history is shortened; it says which incidents are open.
        clock: The one that dates the records.
        settings: The site's limits.
        metrics: Told what is used and what is free.
    """

    def __init__(
        self, folder: StateFolder, store: History, clock: Clock, settings: StorageSettings, metrics: Metrics
    ) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._lock = Lock()

    def tidy(self, in_use: frozenset[Path] = frozenset()) -> Clearing:
        """Delete what may and must go; ``in_use`` are the logs being written.

        Raises:
            OutsideError: The disk does not answer, or lets nothing be deleted.
        """
        with self._lock:  # several cameras may find the disk full at once
            now = self._clock.now()
            oldest = now - timedelta(days=self._settings.evidence_days)
            files, room = self._folder.files(), self._folder.room()
            kept = Kept(incidents=self._open(oldest), in_use=in_use)
            cleared = clearing(files, room, self._settings, now=now, kept=kept)
            self._folder.delete(cleared.go)
            self._forget(oldest)
            self._say(cleared)
            self._measure(set(files) - set(cleared.go))
            return cleared

    def _open(self, since: datetime) -> frozenset[str] | None:
        try:
            return self._store.open_incidents(since)
        except OutsideError as error:
            _log.warning("no evidence is deleted, for it cannot be told what is open: %s", error)
            return None

    def _forget(self, before: datetime) -> None:
        try:
            while self._store.forget(before):
                pass
        except OutsideError as error:
            _log.warning("the history could not be shortened: %s", error)

    def _say(self, cleared: Clearing) -> None:
        if cleared.go:
            size = size_text(sum(file.size for file in cleared.go))
            _log.info("housekeeping: %s of %d files deleted", size, len(cleared.go))
        if cleared.early:
            days = self._settings.evidence_days
            _log.warning("evidence of less than %d days had to go: %s", days, size_text(cleared.early))
        if cleared.short:
            _log.error("the disk is short of %s, and nothing more may be deleted", size_text(cleared.short))

    def _measure(self, left: Iterable[StoredFile]) -> None:
        room = self._folder.room()
        used = dict.fromkeys(Shelf, 0)
        for file in left:
            used[file.shelf] += file.size
        for shelf, size in used.items():
            self._metrics.level(Measure.DISK_USED, size, shelf=shelf)
        self._metrics.level(Measure.DISK_USED, room.database, shelf="database")
        self._metrics.level(Measure.DISK_FREE, room.free)
