"""Whether a plate that people wrote down is the one that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.plate.formats import has_province, normalised
from edge_agent.core.plate.identity import is_hash

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import PlateReading


def matches(written: str, reading: PlateReading) -> bool:
    """Whether a permit for the plate ``written`` (clear, or its hash) is for the vehicle that was read.

    An unsure province does not count against whoever has a permit: the other signs must then be the same.
    """
    if is_hash(written) or reading.hashed:
        return written == reading.text
    plate = normalised(written)
    if plate == reading.text:
        return True
    both = has_province(plate) and has_province(reading.text)
    return not reading.province_sure and both and plate[1:] == reading.text[1:]


def surely_matches(written: str, reading: PlateReading) -> bool:
    """The same for what counts against somebody: an unsure province matches nothing."""
    return reading.province_sure and matches(written, reading)
