"""Judging: a crop of a picture by what a camera was taught, on the trunk of the site's model."""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.core.teach.features import crop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.adapters.detect.trunk import Trunk
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.geometry import Box
    from edge_agent.core.teach.taught import Judgement, Taught
    from edge_agent.ports import Image

_log = logging.getLogger(__name__)


def judges_of(loaded: LoadedSite) -> Judges:
    """Those of a site's cameras."""
    return Judges(loaded.model, threads=loaded.runtime.threads)


class Judges:
    """One trunk for all cameras of a site, opened when it is first asked; from any thread.

    What was taught on another model is not asked, and said once: its numbers mean nothing on this one.
    """

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        self._model, self._threads = model, threads
        self._trunk: Trunk | None = None
        self._lock = Lock()
        self._foreign: set[str] = set()

    def judge(self, taught: Taught | None, picture: Callable[[], Image], box: Box) -> Judgement | None:
        """What ``taught`` takes the thing at ``box`` for; None where it cannot say.

        Raises:
            OutsideError: The inference fails.
        """
        if taught is None:
            return None
        with self._lock:
            trunk = self._opened()
            if trunk.model_id != taught.model:
                self._complain(taught)
                return None
            return taught.judge(trunk.describe([crop(picture(), box)]))

    def _opened(self) -> Trunk:
        if self._trunk is None:
            from edge_agent.adapters.detect.trunk import Trunk  # noqa: PLC0415 - most sites are not taught

            self._trunk = Trunk(self._model, threads=self._threads)
        return self._trunk

    def _complain(self, taught: Taught) -> None:
        if taught.camera not in self._foreign:
            self._foreign.add(taught.camera)
            _log.error(
                "camera %s: was taught on model %s, and the site's is %s: it is not asked; run edge-agent teach train",
                taught.camera,
                taught.model[:12],
                self._trunk.model_id[:12] if self._trunk else "",
            )
