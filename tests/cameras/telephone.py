"""What a receiver makes of telephone code: FFmpeg's decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from edge_agent.core.speak.sound import Samples


def decoded(codec: str, code: bytes) -> Samples:
    """The samples of ``pcm_mulaw`` or ``pcm_alaw``."""
    receiver = av.CodecContext.create(codec, "r")
    assert isinstance(receiver, av.AudioCodecContext)
    receiver.sample_rate, receiver.layout = 8000, "mono"
    return np.concatenate([each.to_ndarray()[0] for each in receiver.decode(av.Packet(code))]).astype(np.int16)
