"""The sample site, and what it tells of a van that stands where the real one does; the demo's site, and what it tells.

What was seen of the demo's composed clips was kept once (``edge-agent demo``, then ``gzip -9n`` of its detection logs
into ``demo_logs``): it is what the shipped detector and what appears really gave.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from edge_agent.app.replay.replay import Assumed, assumed_of_all, replay
from edge_agent.app.replay.stories import events_of
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.events import encode_incident
from edge_agent.core.effects import PublishIncident
from edge_agent.core.events import Detection, FrameSeen
from edge_agent.core.geometry import Box
from tests.architecture import ROOT

VAN: Final = Box(0.848, 0.073, 0.943, 0.172)  # sample_videos/campus_road.truth.yaml
SECONDS: Final = 17 * 60
SAMPLE: Final = load_site(ROOT / "site.yaml")
DEMO: Final = load_site(ROOT / "demo.yaml")
VANS: Final = "campus"
LOGS: Final = {
    name: Path(__file__).with_name("demo_logs") / f"{name}.jsonl.gz" for name in DEMO.cameras if name != VANS
}


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


def demo_events() -> tuple[dict[str, Any], ...]:
    """The payloads of the demo, in the order in which things happened."""
    folds = [replay(seen(), VANS, DEMO.site, Assumed())]
    folds += [replay(events_of((log,)), each, DEMO.site, assumed_of_all((log,))) for each, log in LOGS.items()]
    told = [
        encode_incident(effect.event) for effects in folds for effect in effects if isinstance(effect, PublishIncident)
    ]
    return tuple(sorted(told, key=lambda each: (each["at"], each["incident"], each["seq"])))
