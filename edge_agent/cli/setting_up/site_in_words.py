"""A site in words: what is watched, where it is said, whom it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.config.broker.broker_settings import Broker, BrokerSettings, EmbeddedBrokerSettings
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.site.site_file import CameraSettings, Stream, VideoFileSettings
from edge_agent.config.speaker.files_speaker import FilesSpeaker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.site.zones import Zone


def cameras_in_words(loaded: LoadedSite) -> Iterator[str]:
    """A line for each camera, and one for each of its zones; no login of an address is in them."""
    for camera, settings in loaded.cameras.items():
        yield f"camera {camera}: {_source(settings)}, {_looks(settings)} a second"
        if camera in loaded.site.calibrations:
            yield f"  calibrated: {_metres(loaded.site.calibrations[camera])}"
        for zone in loaded.site.zones_of(camera):
            yield f"  zone {zone.id}: {_kinds(zone)}"


def outlets_in_words(loaded: LoadedSite) -> str:
    """The broker and the speakers."""
    speakers = ", ".join(_speaker(*each) for each in loaded.speakers.items())
    return f"broker {_broker(loaded.broker)}, warnings {speakers}"


def _looks(settings: CameraSettings) -> str:
    rate = settings.looks_per_second
    return "1 look" if rate == 1 else f"{rate:g} looks"


def _source(settings: CameraSettings) -> str:
    match settings.source:
        case VideoFileSettings(path=path):
            return str(path)
        case Stream(url=url):
            return f"stream from {url.origin}"


def _metres(calibration: Calibration) -> str:
    return f"{len(calibration.errors)} pairs, left out at most {calibration.left_out_m:.2f} m"


def _kinds(zone: Zone) -> str:
    return ", ".join(f"{kind} after {duration_text(rule.dwell)}" for kind, rule in zone.rules.items())


def _speaker(name: str, settings: SpeakerSettings) -> str:
    if isinstance(settings, FilesSpeaker):
        return f"written to {settings.folder}"
    return f"{'shown' if settings.lamp else 'played'} by {name} ({settings.driver})"


def _broker(broker: Broker) -> str:
    match broker:
        case EmbeddedBrokerSettings(port=None):
            return "embedded"
        case EmbeddedBrokerSettings(port=port):
            return f"embedded on port {port}"
        case BrokerSettings(host=host, port=port):
            return f"{host}:{port}"
