"""Polygons have as many corners as a kerb may need, and not as many as a stranger likes."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from edge_agent.config.fields.shapes import MOST_CORNERS, PolygonField

POLYGON: TypeAdapter[object] = TypeAdapter(PolygonField)


def circle(corners: int) -> list[list[float]]:
    """A regular polygon."""
    turns = [2 * math.pi * n / corners for n in range(corners)]
    return [[0.5 + 0.4 * math.cos(turn), 0.5 + 0.4 * math.sin(turn)] for turn in turns]


def test_so_many_corners_and_no_more() -> None:
    """Refused before anything is computed of them."""
    POLYGON.validate_python(circle(MOST_CORNERS))
    with pytest.raises(ValidationError, match=f"found {MOST_CORNERS + 1} points, expected at most {MOST_CORNERS}"):
        POLYGON.validate_python(circle(MOST_CORNERS + 1))
    with pytest.raises(ValidationError, match="expected at most"):
        POLYGON.validate_python([[0.5, 0.5]] * 1_000_000)
