"""Pixelating leaves nothing of a person to be recognised, and everything else as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.evidence.redaction import pixelated
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.ports import Image

PERSON = Box(0.4, 0.2, 0.6, 0.8)


def fine() -> Image:
    """A picture full of fine detail: no two neighbours alike."""
    rows, columns = np.mgrid[0:120, 0:160]
    return np.stack([(rows * 37 + columns * 91) % 256] * 3, axis=-1).astype(np.uint8)


def colours(picture: Image) -> int:
    """How many different ones there are."""
    return len(np.unique(picture.reshape(-1, 3), axis=0))


def test_a_person_is_a_few_squares() -> None:
    """Of one colour each, over the whole box and a margin around it."""
    hidden = pixelated(fine(), (PERSON,))
    person = hidden[24:96, 64:96]
    assert colours(person) <= 6 * 6
    assert colours(hidden[20:24, 64:96]) <= 12, "what a box cut off, such as a head"


def test_nothing_else_is_touched() -> None:
    """Nor is the picture that was given: evidence stays what it was."""
    given = fine()
    hidden = pixelated(given, (PERSON,))
    assert np.array_equal(given, fine())
    untouched = np.ones((120, 160), bool)
    untouched[16:104, 60:100] = False
    assert np.array_equal(hidden[untouched], given[untouched])
    assert np.array_equal(pixelated(given, ()), given)


@pytest.mark.parametrize(
    "box", [Box(-0.1, -0.1, 0.1, 0.1), Box(0.9, 0.9, 1.2, 1.2), Box(0.5, 0.5, 0.501, 0.501), Box(1.5, 1.5, 1.6, 1.6)]
)
def test_a_box_may_reach_out_of_the_picture(box: Box) -> None:
    """Or be smaller than a pixel: what is in the picture is hidden."""
    assert pixelated(fine(), (box,)).shape == (120, 160, 3)


def test_two_people_may_overlap() -> None:
    """Both are hidden."""
    both = pixelated(fine(), (PERSON, PERSON.moved(0.1, 0)))
    assert colours(both[24:96, 64:112]) <= 2 * 6 * 6
