"""`edge-agent permits`: a register taken out and put in unchanged; and what `check` says of its hours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from edge_agent.config.permit.permit_register import rows_of
from edge_agent.config.permit.permit_rows import csv_text, geojson_text, read_csv, read_geojson
from edge_agent.core.ground.coordinates import LonLat
from edge_agent.core.ground.gcj02 import from_gcj02, to_gcj02
from tests.cli.streets import done, refused
from tests.config.samples import CALIBRATED, ZONES, load, write_calibration, write_site

DEGREES: Final = """\
version: 1
camera: c1
size: [1920, 1080]
date: 2026-11-01
crs: EPSG:4490
pairs:
"""
OWN: Final = """\
    permits: # as the city keeps them
      - {id: old, holder: 旧摊, hours: "Mo-Fr 07:00-09:00", capacity: 6} # stays
"""


def register(count: int, zone: str = "kerb") -> str:
    """A city's table of so many places, strewn over the picture."""
    lines = ["zone,id,holder,hours,kinds,capacity,valid_from,valid_to,polygon"]
    for number in range(count):
        x, y = 0.1 + number * 37 % 7001 / 10_000, 0.1 + number * 91 % 6997 / 10_000
        corners = ", ".join(f"{a:.4f} {b:.4f}" for a, b in ((x, y), (x + 0.05, y), (x + 0.05, y + 0.05)))
        hours = f"Mo-Su 06:00-{7 + number % 12:02d}:00; PH off"
        lines.append(
            f'{zone},p{number},"商户, {number}号",{hours},illegal_parking,{1 + number % 5},2026-11-01,,"{corners}"'
        )
    return "\n".join(lines) + "\n"


def surveyed(folder: Path) -> Path:
    """A site whose camera is calibrated in degrees: it looks down on a square of a thousandth of a degree."""
    places = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.5, 0.5), (0.5, 0.1), (0.1, 0.5))
    pairs = [f"  - {{image: [{x}, {y}], lonlat: [{119.97 + x / 1000:.7f}, {31.81 - y / 1000:.7f}]}}" for x, y in places]
    write_calibration(folder, DEGREES + "\n".join(pairs) + "\n")
    return write_site(folder, site=CALIBRATED, zones=ZONES)


@pytest.mark.uncounted
def test_two_thousand_places_come_back_unchanged(tmp_path: Path) -> None:
    """Put in from a table, taken out, put in elsewhere from GeoJSON and taken out: the same bytes in both forms."""
    path = write_site(tmp_path, zones=ZONES + OWN)
    (tmp_path / "city.csv").write_text(register(2000), encoding="utf-8")
    done("permits", "import", tmp_path / "city.csv", "--site", path)
    text = (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8")
    assert "# as the city keeps them" in text
    assert "# stays" in text
    first, other = load(path), tmp_path / "other"
    rows = rows_of(path, first)
    assert len(rows) == len(first.site.zones[0].permits) == 2001
    other.mkdir()
    elsewhere = write_site(other)
    (tmp_path / "city.geojson").write_text(geojson_text(rows), encoding="utf-8")
    done("permits", "import", tmp_path / "city.geojson", "--site", elsewhere)
    again = load(elsewhere)
    assert rows_of(elsewhere, again) == rows
    assert again.site.zones[0].permits == first.site.zones[0].permits
    assert read_csv(csv_text(rows), "csv").rows == rows
    assert read_geojson(geojson_text(rows), "geojson").rows == rows


def test_a_permit_that_is_there_is_replaced_and_others_stay(tmp_path: Path) -> None:
    """By its id, at its place; nothing is written in a dry run."""
    path = write_site(tmp_path, zones=ZONES + OWN)
    (tmp_path / "new.csv").write_text("zone,id,holder,capacity\nkerb,old,新摊,2\nkerb,more,李,\n", encoding="utf-8")
    before = (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8")
    assert done("permits", "import", tmp_path / "new.csv", "--site", path, "--dry").startswith(
        "2 permits read, 1 files would be"
    )
    assert (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8") == before
    done("permits", "import", tmp_path / "new.csv", "--site", path)
    permits = load(path).site.zones[0].permits
    assert [(each.id, each.holder, each.capacity) for each in permits] == [("old", "新摊", 2), ("more", "李", None)]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("zone,id\nnowhere,p1\n", "permit p1: zone 'nowhere' is drawn nowhere here, expected one of: kerb"),
        ("zone,id\nkerb,p1\nkerb,p1\n", "found an id twice, expected each permit once"),
        ("zone,id,owner\nkerb,p1,Li\n", "found the column 'owner', expected zone, id and some of"),
        ("id\np1\n", "found no columns zone and id, expected zone, id and some of"),
        ("zone,id,capacity\nkerb,p1,six\n", "line 2: capacity: found 'six', expected a whole number"),
        ("zone,id,polygon\nkerb,p1,0.1 north\n", "line 2: polygon: found no corners, expected pairs of numbers"),
        ("zone,id\n,p1\n", "line 2: zone: found nothing, expected the id of the zone that the permit is of"),
        ("zone,id\nkerb,p1,x\n", "line 2: found more cells than columns, expected as many"),
        ('zone,id\nkerb,"p1\n', "found no CSV"),
        ("zone,id,holder,hours\nkerb,p1,Li,noon\n", "stops making sense at character 1"),
        (
            'zone,id,holder,outline\nkerb,p1,Li,"119.97 31.81, 119.98 31.81, 119.98 31.82"\n',
            "the camera of zone 'kerb' is not calibrated with degrees; expected a calibration, or the polygon",
        ),
    ],
)
def test_a_table_that_cannot_be_put_in_changes_nothing(tmp_path: Path, table: str, sentence: str) -> None:
    """One sentence, no permit of it, however many others are right."""
    path = write_site(tmp_path)
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    before = (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8")
    assert sentence in refused("permits", "import", tmp_path / "t.csv", "--site", path)
    assert (tmp_path / "zones" / "c1.yaml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "found no FeatureCollection, expected GeoJSON with features"),
        ('{"features": [{}]}', "feature 1: found no properties, expected those of a permit"),
        ('{"features": [{"properties": {"zone": "kerb", "color": 1}}]}', "feature 1: found the property 'color'"),
        (
            '{"features": [{"properties": {"zone": "kerb"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "feature 1: found another geometry, expected a Polygon without holes, or null",
        ),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    """With its place in the file."""
    (tmp_path / "t.geojson").write_text(text, encoding="utf-8")
    assert sentence in refused("permits", "import", tmp_path / "t.geojson", "--site", write_site(tmp_path))
    assert "expected .csv or .geojson" in refused(
        "permits", "export", tmp_path / "t.txt", "--site", tmp_path / "site.yaml"
    )


def feature(crs: str, place: LonLat) -> str:
    """A permit with an outline alone: a square of 10 m, in degrees of some system."""
    ring = [[place.lon + x, place.lat + y] for x, y in ((0, 0), (1e-4, 0), (1e-4, 1e-4), (0, 1e-4), (0, 0))]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": crs}},
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone": "kerb", "id": "p1", "holder": "Li"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            ],
        }
    )


def test_an_outline_in_degrees_is_drawn_by_the_calibration(tmp_path: Path) -> None:
    """And comes out again where it was."""
    path = surveyed(tmp_path)
    place = LonLat(119.97 + 0.3 / 1000, 31.81 - 0.6 / 1000)
    (tmp_path / "t.geojson").write_text(feature("EPSG:4490", place), encoding="utf-8")
    done("permits", "import", tmp_path / "t.geojson", "--site", path)
    polygon = load(path).site.zones[0].permits[0].polygon
    assert polygon is not None
    assert (polygon[0].x, polygon[0].y) == pytest.approx((0.3, 0.6), abs=0.002)
    done("permits", "export", tmp_path / "out.geojson", "--site", path)
    document = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    assert document["features"][0]["geometry"]["coordinates"][0][0] == pytest.approx([place.lon, place.lat], abs=1e-6)


def test_degrees_of_web_maps_are_refused_unless_they_are_named(tmp_path: Path) -> None:
    """They are 500 m off; named, they come back to where they were, and what lies outside the picture is refused."""
    path, place = surveyed(tmp_path), LonLat(119.97 + 0.3 / 1000, 31.81 - 0.6 / 1000)
    table = tmp_path / "t.geojson"
    table.write_text(feature("GCJ-02", to_gcj02(place)), encoding="utf-8")
    assert "found degrees of GCJ-02, expected CGCS2000" in refused("permits", "import", table, "--site", path)
    assert "expected EPSG:4490, EPSG:4326 or GCJ-02" in refused(
        "permits", "import", table, "--site", path, "--crs", "BD-09"
    ) or "found degrees of GCJ-02" in refused("permits", "import", table, "--site", path, "--crs", "BD-09")
    done("permits", "import", table, "--site", path, "--crs", "GCJ-02")
    polygon = load(path).site.zones[0].permits[0].polygon
    assert polygon is not None
    assert (polygon[0].x, polygon[0].y) == pytest.approx((0.3, 0.6), abs=0.002)
    table.write_text(feature("EPSG:4490", to_gcj02(place)), encoding="utf-8")
    assert "lies outside the picture of the camera of zone 'kerb'" in refused(
        "permits", "import", table, "--site", path
    )


@pytest.mark.parametrize("place", [LonLat(119.97, 31.81), LonLat(87.6, 43.8), LonLat(110.3, 20.0), LonLat(126.5, 45.8)])
def test_gcj02_goes_there_and_back(place: LonLat) -> None:
    """By some hundreds of metres, and back to a millimetre of the formula."""
    there = to_gcj02(place)
    assert 1e-3 < abs(there.lon - place.lon) + abs(there.lat - place.lat) < 2e-2
    back = from_gcj02(there)
    assert (back.lon, back.lat) == pytest.approx((place.lon, place.lat), abs=1e-8)
