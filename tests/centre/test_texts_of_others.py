"""Numbers and files that are given to the centre: read, or refused in a sentence; never a fault of ours."""

from __future__ import annotations

import pytest

from centre.errors import BadInputError
from centre.web.permits import read_geojson
from centre.web.visit import number


@pytest.mark.parametrize("text", ["", "-1", "8", "9" * 5000, "²", "\uff11", "1.0", "nan", " 1", "1_0"])
def test_what_is_no_number_within_its_bounds_is_refused(text: str) -> None:
    """Python takes signs for digits that are none, and raises at the 4,301st digit."""
    with pytest.raises(BadInputError, match=r"weekday .* expected a number from 0 to 7"):
        number(text, least=0, most=7, name="weekday")


def test_a_number_within_its_bounds_is_read() -> None:
    """Also with zeros before it."""
    assert [number(text, least=0, most=7, name="weekday") for text in ("0", "7", "007")] == [0, 7, 7]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"{",
        b"\xff",
        b"[]",
        b'{"features": {"a": 1}}',
        b'{"crs": 1, "features": []}',
        b'{"features": [{"properties": null, "geometry": null}]}',
        b'{"features": [{"properties": {"id": "p"}, "geometry": [1]}]}',
        b'{"features": [{"properties": {"id": "p"}, "geometry": {"type": "Polygon", "coordinates": [NaN]}}]}',
    ],
)
def test_what_is_no_collection_of_permits_is_refused(content: bytes) -> None:
    """However deep it lies, and whatever stands in the place of an object or a number."""
    with pytest.raises(BadInputError, match="GeoJSON: expected a FeatureCollection"):
        read_geojson(content)
