"""What the studio shows to whoever comes over the network: pictures without faces, heads and plates.

On the loopback sits a person with a login of the machine, who draws zones and can read the recordings anyhow.
"""

from __future__ import annotations

from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.app.detect.detectors import opened_detector
from edge_agent.app.evidence.pictures import may_leave

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Detector, Image


class StudioRedaction:
    """Redacts with the site's detector, which is opened at the first picture and serves one at a time."""

    def __init__(self, loaded: LoadedSite) -> None:
        self._loaded = loaded
        self._detector: Callable[[], Detector] = cache(partial(opened_detector, loaded))
        self._lock = Lock()

    def of(self, camera: str) -> Callable[[Image], Image]:
        """What makes of a picture of that camera one that may be seen; it raises OutsideError where it cannot."""
        return partial(self._redacted, camera)

    def _redacted(self, camera: str, image: Image) -> Image:
        with self._lock:
            return may_leave(self._loaded, self._detector(), camera, image, None)
