"""Sound as RTP packets of 20 ms (RFC 3550, RFC 3551), as they stand on an RTSP connection (RFC 2326, 10.12).

Where the numbering begins is to be hard to guess, so that packets cannot be slipped in; it is a digest of the
announcement's id.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.adapters.speakers.onvif.offer import Backtrack
    from edge_agent.core.sound import Samples

PACKET: Final = 160  # samples: 20 ms, what RFC 3551 advises for telephone code
VERSION: Final = 0x80
MARKER: Final = 0x80  # on the first packet after a silence


def packets(samples: Samples, track: Backtrack, *, channel: int, announcement: str) -> Iterator[bytes]:
    """The samples, 8000 a second, as interleaved packets; the last is filled up with silence."""
    whole = np.concatenate((samples, np.zeros(-len(samples) % PACKET, np.int16)))
    number, timestamp, source = struct.unpack(">HII", blake2b(announcement.encode(), digest_size=10).digest())
    for n, start in enumerate(range(0, len(whole), PACKET)):
        payload = track.encode(whole[start : start + PACKET])
        header = struct.pack(
            ">BBHII",
            VERSION,
            track.payload_type | (0 if n else MARKER),
            (number + n) & 0xFFFF,
            (timestamp + start) & 0xFFFFFFFF,
            source,
        )
        yield struct.pack(">cBH", b"$", channel, len(header) + len(payload)) + header + payload
