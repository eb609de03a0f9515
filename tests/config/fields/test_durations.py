"""Durations: what people write is what they get."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.fields.spans_and_sizes import LONGEST, duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("79.5s", 79.5), ("0s", 0), ("1d", 86400)],
)
def test_a_duration_is_the_sum_of_its_parts(text: str, seconds: float) -> None:
    """Units are days, hours, minutes, seconds and milliseconds."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "5x", "30m1h", "5m5m", "1e3s", "\N{ARABIC-INDIC DIGIT FIVE}m", "5M"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A bare number, an unknown unit or units out of order are no duration."""
    with pytest.raises(ValueError, match="expected a number with a unit, such as 90s, 5m or 1h30m"):
        parse_duration(text)


def test_a_duration_beyond_ten_years_is_refused() -> None:
    """A slip of the finger does not silence a zone for a century."""
    with pytest.raises(ValueError, match="duration '4000d': expected at most 3660d"):
        parse_duration("4000d")


@given(st.timedeltas(min_value=timedelta(0), max_value=LONGEST))
def test_a_written_duration_reads_back_as_itself(span: timedelta) -> None:
    """Writing and reading lose nothing, down to the microsecond."""
    assert parse_duration(duration_text(span)) == span


def test_a_duration_is_written_short() -> None:
    """People read 1h30m, not 5400s."""
    assert [duration_text(timedelta(seconds=s)) for s in (0, 60, 90, 5400, 0.25)] == [
        "0s",
        "1m",
        "1m30s",
        "1h30m",
        "250ms",
    ]
