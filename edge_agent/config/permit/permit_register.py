"""The permits of a site's zone files, taken out as rows and put in again: all of them or nothing.

What is put in is judged by the parser of ``check`` as if it stood in the files, before anything is written. A permit
whose id is there already, in whatever zone, is put in the place of that one; all others stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.permit.permit_rows import GCJ02, KEYS, KNOWN_CRS, Corners, PermitRow, PermitTable
from edge_agent.config.yaml.rewriting import rewritten
from edge_agent.config.yaml.source import read_source
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Point

if TYPE_CHECKING:
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.ground.calibration import Calibration

Data = dict[str, Any]
DEGREE_DIGITS: Final = 8  # a millimetre
PICTURE_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _ZoneFile:
    """A zone file as it is: its text, what it says, and the calibration of its camera."""

    path: Path
    text: str
    data: Data
    calibration: Calibration | None


def rows_of(site: Path, loaded: LoadedSite) -> tuple[PermitRow, ...]:
    """Every permit of the files, in their order, as they say it."""
    return tuple(
        _row(zone["id"], permit, each.calibration)
        for each in _files(site, loaded)
        for zone in each.data["zones"]
        for permit in zone.get("permits", ())
    )


def drafts_with(site: Path, loaded: LoadedSite, table: PermitTable, *, crs: str | None = None) -> dict[Path, str]:
    """The new texts of the zone files that ``table`` changes, by path; ``crs`` is what somebody says its degrees are.

    Raises:
        BadInputError: A zone is drawn nowhere, an outline cannot be drawn, or degrees are of another system.
    """
    system = _system(table, crs)
    files = _files(site, loaded)
    where = {zone["id"]: each for each in files for zone in each.data["zones"]}
    twice = {row.entry.get("id") for row in table.rows}
    if len(twice) < len(table.rows):
        raise BadInputError("permits: found an id twice, expected each permit once")
    entries: dict[str, list[Data]] = {}
    for row in table.rows:
        if row.zone not in where:
            known = ", ".join(sorted(where)[:10])
            raise BadInputError(
                f"permit {row.entry.get('id')}: zone '{row.zone}' is drawn nowhere here, expected one of: {known}"
            )
        entries.setdefault(row.zone, []).append(_entry(row, where[row.zone].calibration, system))
    changed = {each.path: _written(each, entries, twice) for each in files}
    return {path: text for path, text in changed.items() if text != path.read_text(encoding="utf-8")}


def _files(site: Path, loaded: LoadedSite) -> tuple[_ZoneFile, ...]:
    data = read_source(site).data
    cameras = data["cameras"] if isinstance(data, dict) else {}
    status = []
    for camera, settings in cameras.items():
        path = site.parent / str(settings["zones"])
        source = read_source(path)
        zones = source.data if isinstance(source.data, dict) else {}
        text = path.read_text(encoding="utf-8")
        status.append(_ZoneFile(path=path, text=text, data=zones, calibration=loaded.site.calibrations.get(camera)))
    return tuple(status)


def _row(zone: str, permit: Data, calibration: Calibration | None) -> PermitRow:
    polygon = None if "polygon" not in permit else tuple((float(x), float(y)) for x, y in permit["polygon"])
    outline = None if polygon is None or calibration is None else _in_degrees(polygon, calibration)
    return PermitRow(
        zone=zone, entry={key: permit[key] for key in KEYS if key in permit}, polygon=polygon, outline=outline
    )


def _in_degrees(polygon: Corners, calibration: Calibration) -> Corners | None:
    """The outline of a polygon on the ground; None where the calibration knows no degrees, or is not believed there."""
    from edge_agent.core.ground.calibration import to_ground, within  # noqa: PLC0415 - numpy, and most cameras have none

    if calibration.plane is None:
        return None
    corners = []
    for x, y in polygon:
        ground = to_ground(calibration, Point(x, y))
        if ground is None or not within(calibration, Point(x, y)):
            return None
        place = calibration.plane.to_lonlat(ground)
        corners.append((round(place.lon, DEGREE_DIGITS), round(place.lat, DEGREE_DIGITS)))
    return tuple(corners)


def _system(table: PermitTable, crs: str | None) -> str:
    """What the degrees of a table are; raises BadInputError for those that nobody has named as what they are."""
    named = crs or table.crs
    if table.crs is not None and table.crs not in KNOWN_CRS and crs != GCJ02:
        raise BadInputError(
            f"permits: found degrees of {table.crs}, expected CGCS2000 (EPSG:4490) or WGS 84; "
            f"those of Chinese web maps are off by some 500 m and are read where --crs {GCJ02} names them"
        )
    if named is not None and named not in KNOWN_CRS and named != GCJ02:
        raise BadInputError(f"--crs {named}: expected EPSG:4490, EPSG:4326 or {GCJ02}")
    return named or "EPSG:4490"


def _entry(row: PermitRow, calibration: Calibration | None, system: str) -> Data:
    polygon = row.polygon
    if polygon is None and row.outline is not None:
        polygon = _on_picture(row, row.outline, calibration, system)
    corners = {} if polygon is None else {"polygon": [[x, y] for x, y in polygon]}
    return {**row.entry, **corners}


def _on_picture(row: PermitRow, outline: Corners, calibration: Calibration | None, system: str) -> Corners:
    from edge_agent.core.ground.calibration import to_image  # noqa: PLC0415 - as above
    from edge_agent.core.ground.coordinates import LonLat  # noqa: PLC0415
    from edge_agent.core.ground.gcj02 import from_gcj02  # noqa: PLC0415

    named = f"permit {row.entry.get('id')}"
    if calibration is None or calibration.plane is None:
        raise BadInputError(
            f"{named}: has an outline in degrees and no polygon, and the camera of zone '{row.zone}' is not calibrated "
            "with degrees; expected a calibration, or the polygon in fractions of the picture"
        )
    corners = []
    for lon, lat in outline:
        place = from_gcj02(LonLat(lon, lat)) if system == GCJ02 else LonLat(lon, lat)
        point = to_image(calibration, calibration.plane.to_ground(place))
        if point is None or not (0 <= point.x <= 1 and 0 <= point.y <= 1):
            raise BadInputError(
                f"{named}: the corner {lon:g} {lat:g} lies outside the picture of the camera of zone '{row.zone}', "
                "expected an outline that it sees whole"
            )
        corners.append((round(point.x, PICTURE_DIGITS), round(point.y, PICTURE_DIGITS)))
    return tuple(corners)


def _written(each: _ZoneFile, entries: dict[str, list[Data]], taken: set[object]) -> str:
    """The text of a zone file with new permits; one that is there keeps its place, one that has moved leaves it."""
    zones = []
    for zone in each.data["zones"]:
        new = {entry.get("id"): entry for entry in entries.get(zone["id"], ())}
        stay = [permit for permit in zone.get("permits", ()) if permit["id"] not in taken or permit["id"] in new]
        permits = [new.pop(permit["id"], permit) for permit in stay] + list(new.values())
        zones.append(zone | ({"permits": permits} if permits or "permits" in zone else {}))
    return rewritten(each.text, each.data | {"zones": zones}, each.path)
