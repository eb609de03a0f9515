"""Looks at the plate of one vehicle: in each picture of it, the line that reads most like a plate.

A line alone may be a plate. A plate in two rows (yellow, of trucks) is two lines: two signs above five, and the upper
narrower than the lower::

      ┌──────┐                苏D    the upper line, read by itself
      │ 苏·D │
    ┌─┴──────┴─┐
    │  12345   │              12345  the lower one
    └──────────┘
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.plates.quadrangles import flattened
from edge_agent.adapters.plates.reading import HEIGHT, WHOLE, WIDTH
from edge_agent.core.plate.formats import is_plate
from edge_agent.core.plate.voting import PlateLook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_agent.adapters.plates.finding import Finder
    from edge_agent.adapters.plates.quadrangles import Quadrangle
    from edge_agent.adapters.plates.reading import LineReader
    from edge_agent.ports import Image

MOST: Final = 6  # lines of a picture that are read
NARROWEST: Final = 1.2  # of a line, width over height: the upper row of two has two signs
UPPER: Final = 2  # signs in the upper row
ROW_GAP: Final = 1.0  # of the lower row's height, from the one row's middle to the other's beyond both half heights


@dataclass(frozen=True, slots=True)
class _Line:
    place: Quadrangle
    look: PlateLook


def plate_looks(images: Sequence[Image], finder: Finder, reader: LineReader) -> tuple[PlateLook, ...]:
    """The best look at a plate in each BGR picture of one vehicle that shows one; raises OutsideError."""
    return tuple(look for image in images if (look := plate_look(image, finder, reader)) is not None)


def plate_look(image: Image, finder: Finder, reader: LineReader) -> PlateLook | None:
    """What reads most like a plate in one picture; None where nothing does; raises OutsideError."""
    places = [each for each in finder.find(image) if each.width >= NARROWEST * each.height][:MOST]
    lines = [_Line(place, reader.read(_flat(image, place))) for place in places]
    candidates = (*(line.look for line in lines), *_in_two_rows(lines))
    return max(
        (look for look in candidates if is_plate(look.text)), key=lambda look: min(look.probabilities), default=None
    )


def _flat(image: Image, place: Quadrangle) -> Image:
    """A line 32 pixels high; one that is as long as a plate is made exactly as wide as the reader knows plates."""
    shape = place.width / place.height
    wide = WIDTH if shape > UPPER else max(1, round(HEIGHT * shape))
    return flattened(image, place.corners, (min(WHOLE, wide), HEIGHT))


def _in_two_rows(lines: Sequence[_Line]) -> Iterator[PlateLook]:
    """Every line with two signs above one with more, as one plate."""
    for upper in lines:
        for lower in lines:
            if len(upper.look.text) == UPPER and _above(upper.place, lower.place):
                yield PlateLook(
                    text=upper.look.text + lower.look.text,
                    probabilities=(*upper.look.probabilities, *lower.look.probabilities),
                    colour=lower.look.colour,
                )


def _above(upper: Quadrangle, lower: Quadrangle) -> bool:
    gap = lower.centre[1] - upper.centre[1]
    beside = abs(lower.centre[0] - upper.centre[0]) > lower.width / 2
    touching = (upper.height + lower.height) / 2
    return not beside and 0 < gap <= touching + ROW_GAP * lower.height and upper.width <= lower.width
