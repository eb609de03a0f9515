"""When a recording began, by the name of its file."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.instants import begun

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 11, 1, 0, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


@pytest.mark.parametrize(
    "name",
    [
        "20261101T080000.mp4",
        "20261101_080000.mp4",
        "20261101-080000.mkv",
        "20261101080000.mp4",
        "ch01_20261101080000_20261101081000.mp4",
        "2026-11-01_08-00-00.mp4",
        "2026-11-01T08:00:00.ts",
        "2026-11-01 08.00.00.mp4",
        "cam-2_2026.11.01 - 08h00m00s.avi",
        "2026-11-01T08-00-00.125.mp4",
        "20261101T000000Z.mp4",
        "2026-11-01T00:00:00Z-kerb.mp4",
        "1793491200.mp4",
        "1793491200000.mp4",
        "kerb_1793491200-1793491260.mp4",
        "192.168.1.64_01_20261101080000.mp4",
        "99999999_20261301080000_20261101080000.mp4",
    ],
)
def test_names_as_recorders_write_them(name: str) -> None:
    """In the site's time where they do not say Z; what is no date is passed over."""
    assert begun(name, SHANGHAI) == EIGHT


@pytest.mark.parametrize(
    "name", ["road.mp4", "clip_0001.mp4", "20261101.mp4", "1920x1080_25fps.mp4", "2026110108000099.mp4"]
)
def test_a_name_that_says_no_instant(name: str) -> None:
    """A day alone is none."""
    assert begun(name, SHANGHAI) is None


@given(second=st.integers(1_000_000_000, 1_999_999_999))
def test_every_instant_reads_back(second: int) -> None:
    """To the second, in UTC, in each way of writing it."""
    whole = datetime.fromtimestamp(second, UTC)
    for form in ("%Y%m%dT%H%M%SZ", "%Y-%m-%d_%H-%M-%SZ", "x%Y%m%d%H%M%SZ"):
        assert begun(f"{whole:{form}}.mp4", SHANGHAI) == whole
    assert begun(f"{second}.mp4", SHANGHAI) == whole
