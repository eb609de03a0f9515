"""The large stream of a camera: its last seconds are kept as they came, for clips and stills; nothing is decoded."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.rtsp import RtspOptions, RtspSession, RtspStream, nothing, options_of
from edge_agent.adapters.video.packet_ring import PacketRing
from edge_agent.core.stream.pictures import SourceLost
from edge_agent.ports import DropCause

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.config.fields.secret import Secret
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Clock, LiveSession

HELD: Final = timedelta(seconds=20)  # a clip is ten, and the group of pictures before it
HEAVY: Final = 64_000_000  # bytes of a main stream: 20 s at 25 Mbit/s
_log = logging.getLogger(__name__)


class MainStream:
    """A main stream of which the last seconds are kept as they came, and nothing is decoded.

    ``dropped`` is called when they were too heavy to be kept.
    """

    def __init__(
        self,
        camera: str,
        address: Secret,
        clock: Clock,
        *,
        salt: str,
        dropped: Callable[[DropCause], None],
        options: RtspOptions | None = None,
    ) -> None:
        self.ring = PacketRing(span=HELD, limit_bytes=HEAVY, dropped=partial(dropped, DropCause.TOO_HEAVY))
        self._camera = camera

        def connect() -> LiveSession:
            return RtspSession(address, clock=clock.now, options=options, wanted=nothing, keep=self.ring.put)

        self._stream = RtspStream(connect, clock=clock.now, salt=salt)

    def run(self) -> None:
        """Follow it until it is closed; that it is away is said once, and is tried again for ever."""
        for item in self._stream.items():
            if isinstance(item, SourceLost) and item.failures == 1:
                _log.warning("camera %s, main stream: %s", self._camera, item.message)

    def close(self) -> None:
        """End ``run``, from any thread."""
        self._stream.close()


def main_streams(loaded: LoadedSite, clock: Clock, dropped: Callable[[str, DropCause], None]) -> dict[str, MainStream]:
    """The main streams of a site, by camera, of those cameras that have one named."""
    return {
        name: MainStream(
            name,
            settings.main.url,
            clock,
            salt=f"{loaded.site.agent}/{name}/main",
            dropped=partial(dropped, name),
            options=options_of(settings),
        )
        for name, settings in loaded.cameras.items()
        if settings.main is not None
    }
