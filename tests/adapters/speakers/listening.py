"""What is announced in the tests, and whether what was heard is what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from edge_agent.config.fields.secret import Secret
from edge_agent.core.speak.sound import Samples, to_bytes
from edge_agent.ports import Sound
from edge_agent.ports.outlets import Announcement
from tests.clocks import MORNING

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSWORD: Final = Secret("a test", "correct horse")
WRONG: Final = Secret("a test", "battery staple")
CLIP_S: Final = 1.5


def sweep(rate: int, seconds: float = CLIP_S, low: float = 300, high: float = 2500) -> Samples:
    """A tone that rises: its sound at one moment is like that at no other."""
    at = np.arange(round(rate * seconds)) / rate
    phase = 2 * np.pi * (low * at + (high - low) * at**2 / (2 * seconds))
    made: Samples = np.round(12000 * np.sin(phase)).astype(np.int16)
    return made


def clip(rate: int = 16000, seconds: float = CLIP_S, *, high: float = 2500) -> Sound:
    """The same as a sound."""
    return Sound(rate=rate, samples=to_bytes(sweep(rate, seconds, high=high)))


def announcement(
    *, sounds: Mapping[str, Sound] | None = None, text: Mapping[str, str] | None = None, volume: float = 1.0
) -> Announcement:
    """Warning 2 in zone kerb."""
    return Announcement(
        id="i-1/warning/2",
        incident="i-1",
        zone="kerb",
        kind="illegal_parking",
        n=2,
        at=MORNING,
        until=MORNING + timedelta(minutes=5),
        text={"zh-CN": "请驶离", "en": 'Please "move" on'} if text is None else text,
        sounds={"en": clip()} if sounds is None else sounds,
        volume=volume,
    )


def decoded(code: bytes, codec: str) -> Samples:
    """What FFmpeg hears in G.711."""
    context = av.AudioCodecContext.create(codec, "r")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate = 8000
    context.layout = "mono"
    frames = context.decode(av.Packet(code))
    heard: Samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.int16)
    return heard


def likeness(heard: Samples, sound: Samples) -> float:
    """The correlation of two sounds of one length, 1 where one is the other, louder or not."""
    shared = min(len(heard), len(sound))
    return float(np.corrcoef(heard[:shared].astype(float), sound[:shared].astype(float))[0, 1])
