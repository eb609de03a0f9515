"""The streams of a live camera: the one it is watched by, and, where the site names it, the main one for clips."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.packet_ring import PacketRing
from edge_agent.adapters.rtsp import RtspOptions, RtspSession, RtspStream
from edge_agent.adapters.rtsp.session import nothing
from edge_agent.config.deployment import Stream
from edge_agent.core.errors import BadInputError
from edge_agent.core.streams import StreamLost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.app.lookout import Lookout
    from edge_agent.config.loading import LoadedSite
    from edge_agent.config.secret import Secret
    from edge_agent.ports import Clock, LiveSession

HELD: Final = timedelta(seconds=20)  # a clip is ten, and the group of pictures before it
HEAVY: Final = 64_000_000  # bytes of a main stream: 20 s at 25 Mbit/s
_log = logging.getLogger(__name__)


def streams_of(loaded: LoadedSite) -> Mapping[str, Stream]:
    """The streams of a site whose cameras are live; empty where all are recordings.

    Raises:
        BadInputError: Some are and some are not: a recording has its own time, and a street has not.
    """
    streams = {name: each.source for name, each in loaded.cameras.items() if isinstance(each.source, Stream)}
    recordings = [name for name in loaded.cameras if name not in streams]
    if streams and recordings:
        raise BadInputError(
            f"cameras: found streams ({', '.join(streams)}) and recordings ({', '.join(recordings)}), expected only "
            "the one or the other"
        )
    return streams


def watched(address: Secret, lookout: Lookout, clock: Clock, *, salt: str) -> RtspStream:
    """The stream that the lookout follows; it says which pictures are worth decoding."""

    def connect() -> LiveSession:
        return RtspSession(address, clock=clock.now, options=RtspOptions(), eager=lookout.eager, wanted=lookout.wants)

    return RtspStream(connect, clock=clock.now, salt=salt)


class Kept:
    """A main stream of which the last seconds are kept as they came, and nothing is decoded."""

    def __init__(self, camera: str, address: Secret, clock: Clock, *, salt: str) -> None:
        self.ring = PacketRing(span=HELD, limit_bytes=HEAVY)
        self._camera = camera

        def connect() -> LiveSession:
            return RtspSession(address, clock=clock.now, wanted=nothing, keep=self.ring.put)

        self._stream = RtspStream(connect, clock=clock.now, salt=salt)

    def run(self) -> None:
        """Follow it until it is closed; that it is away is said once, and is tried again for ever."""
        for item in self._stream.items():
            if isinstance(item, StreamLost) and item.failures == 1:
                _log.warning("camera %s, main stream: %s", self._camera, item.message)

    def close(self) -> None:
        """End ``run``, from any thread."""
        self._stream.close()


def main_streams(loaded: LoadedSite, clock: Clock) -> dict[str, Kept]:
    """The main streams that the site names, by camera."""
    return {
        name: Kept(name, settings.main.url, clock, salt=f"{loaded.site.agent}/{name}/main")
        for name, settings in loaded.cameras.items()
        if settings.main is not None
    }
