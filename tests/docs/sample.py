"""The sample site, and what it tells of a van that stands where the real one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from edge_agent.app.replay.replay import Assumed, replay
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.events import encode_incident
from edge_agent.core.effects import PublishIncident
from edge_agent.core.events import Detection, FrameSeen
from edge_agent.core.geometry import Box
from tests.architecture import ROOT

VAN: Final = Box(0.848, 0.073, 0.943, 0.172)  # sample_videos/campus_road.truth.yaml
SECONDS: Final = 17 * 60
SAMPLE: Final = load_site(ROOT / "site.yaml")


def seen() -> tuple[FrameSeen, ...]:
    """What the detector finds in the demo, without its pixels."""
    (camera,) = SAMPLE.cameras
    began = SAMPLE.cameras[camera].started
    assert began is not None
    van = (Detection(label="truck", score=0.9, box=VAN),)
    return tuple(FrameSeen(at=began + timedelta(seconds=second), detections=van) for second in range(SECONDS))


def sample_events() -> tuple[dict[str, Any], ...]:
    """The payloads of the demo."""
    (camera,) = SAMPLE.cameras
    effects = replay(seen(), camera, SAMPLE.site, Assumed())
    return tuple(encode_incident(effect.event) for effect in effects if isinstance(effect, PublishIncident))
