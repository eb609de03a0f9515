"""Housekeeping: what of the state folder goes, so that a box left alone for a year never fills its disk.

In this order, and only as much as is needed after the first line::

    evidence and sounds older than they may be kept      always, where the clock can be believed; sooner what was
                                                         never ordered
    detection logs, the oldest first                     while more is kept than allowed, or too little is free
    sounds, then evidence, the oldest incident first     the same
    ─────────────────────────────────────────────────────────────
    never: the database, evidence of an incident that is open or held, anything of the last 24 h but a finished log

The pictures of one incident go together. Ages are those of one clock, the agent's, and are never taken for more than
they surely are: where the clock has jumped ahead, the jump is not counted, and while the kernel says that nobody keeps
the clock right, nothing goes for its age. Then only room decides, the oldest first.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.adapters.evidence.sealed_folder import HOLD
from edge_agent.adapters.state_folder import Shelf
from edge_agent.config.fields.spans_and_sizes import size_text
from edge_agent.core.errors import OutsideError
from edge_agent.core.incident.clock_jumps import Jump, certainly_before
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from edge_agent.adapters.state_folder import FileOfState, Room, StateFolder
    from edge_agent.config.site.service import StorageSettings
    from edge_agent.core.score.outcomes import IncidentOutcome
    from edge_agent.ports import Chronometer, Metrics

FRESH: Final = timedelta(hours=24)
LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """What must stay: ``incidents`` that are open (None where that cannot be told: then all), files ``in_use``.

    ``jumps`` of the clock count for no age; without ``by_age`` nothing goes for its age. ``unordered`` are the
    incidents of which it is known that they never became a work order.
    """

    incidents: frozenset[str] | None
    unordered: frozenset[str] = frozenset()
    in_use: frozenset[Path] = frozenset()
    jumps: tuple[Jump, ...] = ()
    by_age: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """What is to go; in bytes, ``early`` of it is evidence before its time, and ``short`` will still be missing."""

    go: tuple[FileOfState, ...]
    early: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Files that go together: those of an incident, or one file."""

    files: tuple[FileOfState, ...]

    @property
    def shelf(self) -> Shelf:
        return self.files[0].shelf

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def written(self) -> datetime:
        return max(file.written for file in self.files)

    def stays(self, protected: Protected, fresh: datetime) -> bool:
        """Whether it may not go, however little room there is; what was written after ``fresh`` may not."""
        first = self.files[0]
        if self.shelf is Shelf.LOGS:
            return first.path in protected.in_use
        open_ = self.shelf is Shelf.EVIDENCE and (protected.incidents is None or first.incident in protected.incidents)
        return open_ or self.held or self.written > fresh

    @property
    def held(self) -> bool:
        """Whether a person holds it (``edge-agent evidence hold``)."""
        return self.shelf is Shelf.EVIDENCE and any(file.path.name == HOLD for file in self.files)

    def over(self, oldest: datetime, unordered: datetime, protected: Protected) -> bool:
        """Whether it may be kept no longer, however much room there is; what was never ordered since ``unordered``."""
        brief = self.shelf is Shelf.EVIDENCE and self.files[0].incident in protected.unordered
        return self.shelf is not Shelf.LOGS and self.written < (max(oldest, unordered) if brief else oldest)


def clearing(
    files: Iterable[FileOfState], room: Room, settings: StorageSettings, *, now: datetime, protected: Protected
) -> Clearing:
    """What goes now."""
    files = tuple(files)
    fresh = certainly_before(now, FRESH, protected.jumps)
    loose = sorted(
        (each for each in _bundles(files) if not each.stays(protected, fresh)), key=lambda each: each.written
    )
    oldest, unordered = (
        certainly_before(now, timedelta(days=days), protected.jumps) if protected.by_age else LONG_AGO
        for days in (settings.evidence_days, settings.unordered_days)
    )
    go = [each for each in loose if each.over(oldest, unordered, protected)]
    rest = [each for each in loose if not each.over(oldest, unordered, protected)]
    rest.sort(key=lambda each: tuple(Shelf).index(each.shelf))
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


def _bundles(files: Iterable[FileOfState]) -> tuple[_Bundle, ...]:
    together: dict[tuple[Shelf, str], list[FileOfState]] = defaultdict(list)
    for file in files:
        together[file.shelf, file.incident or str(file.path)].append(file)
    return tuple(_Bundle(tuple(each)) for each in together.values())


class History(Protocol):
    """What of the store housekeeping needs."""

    def forget(self, before: datetime) -> int:
        """Delete some of what was over before then; returns how many rows went, 0 once all have."""

    def open_incidents(self, since: datetime) -> frozenset[str]:
        """Incidents that are not over or not told."""

    def outcomes(self, since: datetime) -> tuple[IncidentOutcome, ...]:
        """What became of the incidents opened since then."""


class Housekeeper:
    """Keeps one agent's folders within the site's limits; to be called every few minutes, and when the disk is full.

    Args:
        folder: What is on the disk.
        store: Whose history is shortened; it says which incidents are open.
        clock: The one that dates the records; it knows how far the system's is off, which dates some files.
        settings: The site's limits.
        metrics: Told what is used and what is free.
        jumps: Those of the clock, as they are known.
    """

    def __init__(
        self,
        folder: StateFolder,
        store: History,
        clock: Chronometer,
        settings: StorageSettings,
        metrics: Metrics,
        *,
        jumps: Callable[[], tuple[Jump, ...]] = tuple,
    ) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._settings = settings
        self._metrics = metrics
        self._jumps = jumps
        self._by_age = True
        self._lock = Lock()

    def tidy(self, in_use: frozenset[Path] = frozenset()) -> Clearing:
        """Delete what may and must go; ``in_use`` are the logs being written.

        Raises:
            OutsideError: The disk does not answer, or lets nothing be deleted.
        """
        with self._lock:  # several cameras may find the disk full at once
            now = self._clock.now()
            jumps = self._known_jumps()
            by_age = self._vouched() and jumps is not None
            term = timedelta(days=self._settings.evidence_days)
            oldest = certainly_before(now, term, jumps or ())
            files, room = self._folder.files(now, self._clock.offset()), self._folder.room()
            incidents = self._open(oldest if by_age else LONG_AGO)
            holds = Protected(
                incidents=incidents, in_use=in_use, jumps=jumps or (), by_age=by_age, unordered=self._unordered(oldest)
            )
            cleared = clearing(files, room, self._settings, now=now, protected=holds)
            self._folder.delete(cleared.go)
            if by_age:
                self._forget(oldest)
            self._say(cleared)
            self._measure(set(files) - set(cleared.go))
            return cleared

    def _vouched(self) -> bool:
        """Whether ages may be believed; that they may not is said when it begins, and when it is over."""
        by_age = self._clock.synchronised() is not False
        if by_age != self._by_age:
            held = "nothing goes for its age, for nobody keeps the clock right"
            _log.warning("housekeeping: %s", "what is too old goes again" if by_age else held)
        self._by_age = by_age
        return by_age

    def _known_jumps(self) -> tuple[Jump, ...] | None:
        try:
            return self._jumps()
        except OutsideError as error:
            _log.warning("nothing goes for its age, for it cannot be told how the clock has jumped: %s", error)
            return None

    def _open(self, since: datetime) -> frozenset[str] | None:
        try:
            return self._store.open_incidents(since)
        except OutsideError as error:
            _log.warning("no evidence is deleted, for it cannot be told what is open: %s", error)
            return None

    def _unordered(self, since: datetime) -> frozenset[str]:
        try:
            return frozenset(each.incident for each in self._store.outcomes(since) if not each.ordered)
        except OutsideError as error:
            _log.warning("evidence is kept as if all had been ordered, for it cannot be told what was: %s", error)
            return frozenset()

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

    def _measure(self, left: Iterable[FileOfState]) -> None:
        room = self._folder.room()
        used = dict.fromkeys(Shelf, 0)
        for file in left:
            used[file.shelf] += file.size
        for shelf, size in used.items():
            self._metrics.level(Measure.DISK_USED, size, shelf=shelf)
        self._metrics.level(Measure.DISK_USED, room.database, shelf="database")
        self._metrics.level(Measure.DISK_FREE, room.free)
