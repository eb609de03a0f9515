"""Reload: zones, permits and policy as their files say now, without a restart.

The files are looked at every few seconds. Sound ones replace what was; with a mistake in any, all stays as it was, the
reason is told once, and they are read again when they change again. What the box is made of (its cameras' addresses,
the model, the broker) is not changed under a running agent: that it differs is told, and waits for the next start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from edge_agent.config.site.loading import load_site
from edge_agent.config.site.shipped import check_labels
from edge_agent.config.yaml.source import BadConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.site import Site

FIXED: Final = (
    "cameras",
    "timezone",
    "model",
    "state",
    "broker",
    "speakers",
    "runtime",
    "storage",
    "monitoring",
    "privacy",
    "evidence",
    "recorded",
)

_Mark = tuple[tuple["Path", int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """What the files say now: the ``site`` to judge by, and what of the rest waits for a restart.

    ``redrawn`` are the cameras whose zones are others than before; ``refused`` is why the files were not taken.
    """

    site: Site
    waiting: tuple[str, ...] = ()
    redrawn: tuple[str, ...] = ()
    refused: str = ""


class SiteReloader:
    """Knows what the files said when they were last read.

    Args:
        loaded: The site as it was loaded at the start; its first file is the site file.
        labels: What the detector can see.
        read: Reads a site file and all it names.
    """

    def __init__(
        self, loaded: LoadedSite, labels: frozenset[str], *, read: Callable[[Path], LoadedSite] = load_site
    ) -> None:
        self._started = loaded
        self._loaded = loaded
        self._labels = labels
        self._read = read
        self._mark = _mark(loaded.files)

    def site(self) -> Site:
        """The site that is judged by now; what the agent is called does not change while it runs."""
        before = self._started.site
        return replace(self._loaded.site, agent=before.agent, adcode=before.adcode)

    def changed(self, *, anew: bool = False) -> Reloaded | None:
        """What the files say, if they are others than last time or are to be read ``anew`` in any case."""
        mark = _mark(self._loaded.files)
        if mark == self._mark and not anew:
            return None
        self._mark = mark
        try:
            reread = self._read(self._started.files[0])
        except BadConfigError as error:
            return self._refused(str(error))
        problems = check_labels(reread, self._labels)
        if problems:
            return self._refused(str(BadConfigError(problems)))
        before, self._loaded = self._loaded.site, replace(self._started, site=reread.site, files=reread.files)
        self._mark = _mark(reread.files)
        return Reloaded(
            site=replace(reread.site, agent=before.agent, adcode=before.adcode),
            waiting=_waiting(self._started, reread),
            redrawn=tuple(name for name in reread.cameras if reread.site.zones_of(name) != before.zones_of(name)),
        )

    def _refused(self, reason: str) -> Reloaded:
        return Reloaded(site=self._loaded.site, refused=reason)


def _waiting(started: LoadedSite, reloaded_site: LoadedSite) -> tuple[str, ...]:
    """What of the files is not taken before the next start."""
    named = tuple(name for name in FIXED if getattr(started, name) != getattr(reloaded_site, name))
    moved = tuple(
        name for name in ("agent", "adcode") if getattr(started.site, name) != getattr(reloaded_site.site, name)
    )
    return named + moved


def _mark(files: tuple[Path, ...]) -> _Mark:
    """What tells that a file is another than it was; a missing one is as telling as a new one."""
    return tuple((path, *_stat(path)) for path in files)


def _stat(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size
