"""Sound as RTP: numbered, dated and marked as the standard says, and nothing of it lost."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.speakers.onvif.connection import packets
from edge_agent.adapters.speakers.onvif.offer import Backtrack
from edge_agent.core.speak.sound import Samples, mulaw
from tests.cameras.telephone import decoded

MULAW = Backtrack(url="rtsp://camera/back", codec="PCMU", payload_type=0, alongside=())
ALAW = Backtrack(url="rtsp://camera/back", codec="PCMA", payload_type=98, alongside=())


def made(samples: Samples, track: Backtrack = MULAW, announcement: str = "a") -> list[bytes]:
    """The packets of a sound, on channel 4."""
    return list(packets(samples, track, channel=4, announcement=announcement))


@given(count=st.integers(0, 2000), announcement=st.text(max_size=8))
def test_every_packet_is_twenty_milliseconds(count: int, announcement: str) -> None:
    """Of 160 samples, one number and 160 ticks after the one before, from one source, also where numbers begin anew."""
    packets_made = made(np.full(count, 1000, np.int16), announcement=announcement)
    assert len(packets_made) == -(-count // 160)
    fields = [struct.unpack(">cBHBBHII", packet[:16]) for packet in packets_made]
    assert {(sign, channel, length) for sign, channel, length, *_ in fields} <= {(b"$", 4, 172)}
    assert {len(packet) for packet in packets_made} <= {176}
    assert [first for *_, first, _, _, _, _ in fields] == [0x80] * len(packets_made)
    assert [second for *_, second, _, _, _ in fields] == [0x80, *[0] * len(packets_made)][: len(packets_made)]
    begun = fields[0][5:] if fields else (0, 0, 0)
    expected = [((begun[0] + n) % 2**16, (begun[1] + 160 * n) % 2**32, begun[2]) for n in range(len(packets_made))]
    assert [one[5:] for one in fields] == expected


def test_the_sound_is_whole_and_ends_in_silence() -> None:
    """What a receiver puts together again is what was given, filled up to a whole packet."""
    samples = np.arange(-250, 250, dtype=np.int16) * 100
    whole = b"".join(packet[16:] for packet in made(samples))
    assert whole == mulaw(np.concatenate((samples, np.zeros(140, np.int16))))


def test_the_code_and_its_number_are_the_tracks() -> None:
    """The marker is on the first packet only."""
    packets_made = made(np.full(320, 8, np.int16), ALAW)
    assert [packet[5] for packet in packets_made] == [0x80 | 98, 98]
    assert decoded("pcm_alaw", packets_made[1][16:]).tolist() == [8] * 160


def test_two_announcements_begin_at_other_numbers() -> None:
    """The same one always at the same."""
    sound = np.zeros(1, np.int16)
    assert made(sound, announcement="a") == made(sound, announcement="a")
    assert made(sound, announcement="a")[0][6:16] != made(sound, announcement="b")[0][6:16]
