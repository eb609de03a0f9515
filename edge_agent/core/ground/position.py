"""Positions: where on earth a thing stands, as far as its camera's calibration is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from edge_agent.core.ground.coordinates import LonLat

if TYPE_CHECKING:
    from edge_agent.core.geometry import Box
    from edge_agent.core.ground.calibration import Calibration

CRS: Final = "EPSG:4490"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in degrees of CGCS2000 (EPSG:4490); ``left_out_m`` is what its camera's calibration is off by at most."""

    lonlat: LonLat
    left_out_m: float
    crs: Literal["EPSG:4490"] = CRS


def position(box: Box, calibration: Calibration) -> Position | None:
    """Where the foot of ``box`` stands; None where the calibration knows no degrees, or is not believed there.

    Degrees of WGS 84 are told as CGCS2000: the two differ by centimetres.
    """
    from edge_agent.core.ground.calibration import to_ground, within  # noqa: PLC0415 - numpy, and most cameras have none

    ground = to_ground(calibration, box.foot)
    if calibration.plane is None or ground is None or not within(calibration, box.foot):
        return None
    return Position(lonlat=calibration.plane.to_lonlat(ground), left_out_m=calibration.left_out_m)
