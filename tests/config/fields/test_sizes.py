"""Sizes: what people write is what they get."""

from __future__ import annotations

import pytest

from edge_agent.config.fields.spans_and_sizes import parse_size, size_text


@pytest.mark.parametrize(
    ("text", "size"), [("20GB", 20 * 10**9), ("1.5TB", 1_500_000_000_000), ("500MB", 500_000_000), ("0kB", 0)]
)
def test_a_size_is_a_number_and_a_unit(text: str, size: int) -> None:
    """In powers of ten."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "20", "GB", "20 GB", "-1GB", "20gb", "20GiB", "1e3GB", "\N{ARABIC-INDIC DIGIT FIVE}GB"]
)
def test_what_is_no_size_is_refused(text: str) -> None:
    """A bare number, or a unit that could mean two things, is no size."""
    with pytest.raises(ValueError, match="expected a number with a unit, such as 500MB or 20GB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (20 * 10**9, "20.0 GB"), (10**13, "10.0 TB")],
)
def test_a_size_is_shown_in_the_largest_unit_that_fits(size: int, text: str) -> None:
    """To a tenth."""
    assert size_text(size) == text
