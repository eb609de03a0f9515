"""H.265 whose bits were turned is decoded without a word, and seen for what it is."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

import av
import numpy as np
import pytest
from av.error import FFmpegError

from edge_agent.adapters.rtsp.decoding import made_up

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "sample_videos" / "campus_road.mp4"


def coded(path: Path, pictures: int = 60) -> None:
    """The first seconds of a real street in H.265, three pictures a second, a keyframe every ten."""
    with av.open(str(CLIP)) as source, av.open(str(path), "w") as made:
        stream = made.add_stream("libx265", rate=10, width=640, height=360, pix_fmt="yuv420p")
        stream.options = {"preset": "ultrafast", "crf": "26", "x265-params": "keyint=10:scenecut=0:log-level=none"}
        for n, picture in enumerate(source.decode(video=0)):
            if n == pictures:
                break
            picture = picture.reformat(width=640, height=360, format="yuv420p")  # noqa: PLW2901 - the same picture
            picture.pts, picture.time_base = n, Fraction(1, 10)
            made.mux(stream.encode(picture))
        made.mux(stream.encode())


def decoded(path: Path) -> dict[int, av.VideoFrame]:
    """What comes out, by time."""
    any_picture = dict[int, av.VideoFrame]()
    with av.open(str(path)) as source:
        for packet in source.demux(video=0):
            with suppress(FFmpegError):  # as a camera's stream is read: what cannot be decoded is passed over
                any_picture |= {picture.pts or 0: picture for picture in packet.decode()}
    return any_picture


@pytest.mark.parametrize("seed", range(3))
def test_what_a_lost_decoder_makes_up_is_seen_and_nothing_else(tmp_path: Path, seed: int) -> None:
    """A ruin is one whose pixels are off by twenty on average; some are grey, and not found by their colours."""
    whole, spoilt = tmp_path / "whole.mkv", tmp_path / "spoilt.mkv"
    coded(whole)
    data = bytearray(whole.read_bytes())
    for n in range(6):
        place = int.from_bytes(blake2b(f"{seed}/{n}".encode(), digest_size=8).digest(), "big")
        data[len(data) // 4 + place % (len(data) * 3 // 4)] ^= 1 << place % 8
    spoilt.write_bytes(data)
    right, wrong = decoded(whole), decoded(spoilt)
    ruins: list[av.VideoFrame] = []
    same: list[av.VideoFrame] = []
    for at, picture in wrong.items():
        if at in right:
            off = np.abs(picture.to_ndarray(format="gray").astype(int) - right[at].to_ndarray(format="gray")).mean()
            (ruins if off > 20 else same if off == 0 else []).append(picture)
    assert same
    assert not any(map(made_up, (*right.values(), *same)))
    assert sum(map(made_up, ruins)) >= 0.5 * len(ruins)
