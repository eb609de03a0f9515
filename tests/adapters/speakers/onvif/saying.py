"""Announcements for the tests of a camera's loudspeaker, and how like what was said is to what was heard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.adapters.speakers.onvif.outlet import OnvifOutlet
from edge_agent.adapters.speakers.voice.loudness import resampled
from edge_agent.config.fields.secret import Secret
from edge_agent.core.speak.sound import Samples, to_bytes
from edge_agent.ports import Sound
from edge_agent.ports.outlets import Announcement
from tests.clocks import SimulatedClock

if TYPE_CHECKING:
    from edge_agent.ports import Clock

RATE: Final = 8000
PASSWORD: Final = "h0l@ster:7/"  # noqa: S105 - of a camera on the loopback
QUOTED: Final = "h0l%40ster:7%2F"


def murmur(seconds: float, rate: int = RATE) -> Samples:
    """Noise as a telephone passes it: no two stretches of it are alike."""
    drawn = np.random.default_rng(7).normal(0, 7000, round(2 * rate * seconds))
    return resampled(np.clip(drawn, -32000, 32000).astype(np.int16), 2 * rate, rate)


def announcement(*sounds: Sound, clock: Clock, within_s: float = 60, volume: float = 1.0) -> Announcement:
    """Says the sounds, in two languages at the most."""
    return Announcement(
        id="warning-1",
        incident="i-1",
        zone="kerb",
        kind="illegal_parking",
        n=1,
        at=clock.now(),
        until=clock.now() + timedelta(seconds=within_s),
        sounds=dict(zip(("zh-CN", "en"), sounds, strict=False)),
        volume=volume,
    )


def sound(samples: Samples, rate: int = RATE) -> Sound:
    """As the port wants it."""
    return Sound(rate=rate, samples=to_bytes(samples))


def outlet(url: str, *, clock: Clock | None = None, seconds: float = 10.0, openly: bool = False) -> OnvifOutlet:
    """The outlet under test, at that address."""
    return OnvifOutlet(address=Secret("a test", url), clock=clock or SimulatedClock(), seconds=seconds, openly=openly)


def likeness(source_sound: Samples, heard: Samples) -> float:
    """The correlation of two sounds, sample by sample."""
    length = min(len(source_sound), len(heard))
    return float(np.corrcoef(source_sound[:length], heard[:length])[0, 1])
