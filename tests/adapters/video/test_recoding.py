"""Recoding: a recording as a camera would send it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.adapters.video.recoding import StreamShape, decoded, recode
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Frame

START = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = StreamShape(size=(64, 48), rate=10, keyframes_s=1)


def grey(second: float, brightness: int) -> Frame:
    """A picture of one brightness."""
    return Frame(at=START + timedelta(seconds=second), image=np.full((96, 128, 3), brightness, np.uint8))


def brightening(seconds: int) -> Iterator[Frame]:
    """A picture a second, each twenty brighter than the one before."""
    return (grey(second, 40 + 20 * second) for second in range(seconds + 1))


def read(path: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds of all pictures, seconds of the keyframes, and the brightness of all."""
    with av.open(str(path)) as container:
        pictures = list(container.decode(video=0))
    assert all((picture.width, picture.height) == SMALL.size for picture in pictures)
    times = [picture.time or 0.0 for picture in pictures]
    keys = [picture.time or 0.0 for picture in pictures if picture.key_frame]
    return times, keys, [float(picture.to_ndarray(format="gray").mean()) for picture in pictures]


def test_the_copy_has_the_rate_and_the_keyframes_asked_for(tmp_path: Path) -> None:
    """Whatever the recording had; between its pictures lie blends of them."""
    assert recode(brightening(3), tmp_path / "copy.mp4", SMALL) == 3.0
    times, keys, brightness = read(tmp_path / "copy.mp4")
    assert times == pytest.approx([n / 10 for n in range(30)])
    assert keys == pytest.approx([0, 1, 2])
    assert brightness[15] == pytest.approx((brightness[10] + brightness[20]) / 2, abs=3)


def test_a_group_that_is_not_whole_is_left_out(tmp_path: Path) -> None:
    """So that round follows round without a break."""
    frames = [*brightening(2), grey(2.5, 90)]
    assert recode(frames, tmp_path / "copy.mp4", SMALL) == 2.0


@pytest.mark.parametrize("between", [0, 3])
def test_pictures_may_lie_between_two_that_they_refer_to(tmp_path: Path, between: int) -> None:
    """Then they are stored after both; without them, all are stored as they are shown."""
    recode(brightening(3), tmp_path / "copy.mp4", replace(SMALL, between=between))
    with av.open(str(tmp_path / "copy.mp4")) as container:
        stored = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert (stored != sorted(stored)) == (between > 0)


def test_pictures_can_be_changed_on_the_way(tmp_path: Path) -> None:
    """Each is told its time."""

    def dark_later(at_s: float, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return picture if at_s < 1 else np.zeros_like(picture)

    recode(brightening(2), tmp_path / "copy.mp4", SMALL, touch=dark_later)
    _, _, brightness = read(tmp_path / "copy.mp4")
    assert min(brightness[:10]) > 30
    assert max(brightness[10:]) < 30


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    """In one sentence that names the file."""
    with pytest.raises(OutsideError, match=r"absent/copy\.mp4: cannot be written"):
        recode(brightening(2), tmp_path / "absent" / "copy.mp4", SMALL)


def test_every_picture_of_a_file_can_be_decoded_for_nothing(tmp_path: Path) -> None:
    """They are counted, no more."""
    recode(brightening(2), tmp_path / "copy.mp4", SMALL)
    assert list(decoded(tmp_path / "copy.mp4")) == list(range(20))
