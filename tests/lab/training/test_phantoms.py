"""What a drawing adds is counted, and what was there before is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from lab.training.phantoms import phantoms
from lab.training.pictures.archives import Image, Photo

HERE = np.array([[0.1, 0.1, 0.3, 0.3]], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class FixedFinder:
    """The part of an answer that is asked for."""

    boxes: Any


@dataclass(frozen=True, slots=True)
class FooledBy:
    """A detector that sees a thing wherever the picture is not plain, or everywhere."""

    plain: bool = False

    def find(self, image: Image) -> FixedFinder:
        """One box, or none."""
        return FixedFinder(HERE if self.plain or image.std() > 0 else NOTHING)


@pytest.mark.parametrize(("faint", "added"), [(FooledBy(), 1.0), (FooledBy(plain=True), 0.0)])
def test_a_thing_that_only_the_drawing_shows_is_a_phantom(faint: FooledBy, added: float) -> None:
    """One that is there without it, however faint, is none."""
    image = np.full((96, 160, 3), 90, np.uint8)
    empty = Photo("road", b"", np.zeros(0, np.int64), NOTHING)
    seen = phantoms(FooledBy(), faint, [(image, empty)] * 3)  # type: ignore[arg-type]
    assert (seen.text, seen.stairs) == (added, added)
