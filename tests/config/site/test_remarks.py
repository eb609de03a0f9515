"""What is no mistake and will not do what somebody expects is told beforehand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edge_agent.config.site.remarks import remarks
from tests.config.samples import SITE, load, write_site

if TYPE_CHECKING:
    from pathlib import Path

NOON: Final = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def told(tmp_path: Path, site: str) -> list[str]:
    """The remarks on a site."""
    return list(remarks(load(write_site(tmp_path, site=site)), NOON))


def test_tls_on_the_usual_port_without_is_told(tmp_path: Path) -> None:
    """On its own port, or on another that was chosen, nothing is."""
    broker = "broker: {host: h, anonymous: true, tls: system"
    assert told(tmp_path, f"{SITE}{broker}, port: 1883}}\n") == [
        "broker: tls on port 1883, where brokers usually speak none; with TLS most listen on 8883"
    ]
    assert told(tmp_path, f"{SITE}{broker}}}\n") == []


def test_tls_of_a_camera_that_has_none_is_told(tmp_path: Path) -> None:
    """A recording, or plain RTSP."""
    plain = SITE.replace("source: road.mp4", "source: rtsp://cam/1, tls: system")
    assert told(tmp_path, plain) == ["camera c1: tls has no meaning for a source that does not begin with rtsps://"]
    assert told(tmp_path, plain.replace("rtsp://", "rtsps://")) == []
