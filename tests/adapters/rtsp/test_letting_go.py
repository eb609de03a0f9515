"""What a session held is let go with it: a camera that breaks off every minute must not fill the box in a month."""

from __future__ import annotations

import gc
from itertools import islice
from typing import TYPE_CHECKING

from edge_agent.adapters.rtsp import RtspSession, RtspStream
from edge_agent.adapters.rtsp.decoding import Converter
from edge_agent.config.fields.secret import Secret
from edge_agent.core.stream.pictures import LiveFrame, SourceLost
from tests.adapters.rtsp.watching import PATIENT, now
from tests.cameras.faults import Cut

if TYPE_CHECKING:
    from tests.cameras.fault_proxy import FaultProxy
    from tests.cameras.server import CameraServer


def test_a_session_that_broke_off_is_let_go_at_once(camera: CameraServer, network: FaultProxy) -> None:
    """With its decoder and converter, and without waiting for the garbage collector, which seldom comes by."""
    url = Secret("a test", camera.url("street.mp4", port=network.port))
    stream = RtspStream(
        lambda: RtspSession(url, clock=now, options=PATIENT), clock=now, salt="c1", pause=lambda _: True
    )
    items = stream.items()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            assert any(isinstance(item, LiveFrame) for item in items)
            network.fault = Cut()
            assert any(isinstance(item, SourceLost) for item in items)
        converters = [held for held in gc.get_objects() if isinstance(held, Converter)]
    finally:
        gc.enable()
        stream.close()
    assert converters == []
    assert list(islice(items, 1)) == []
