"""A calibration file: points seen in one camera's picture, and where on the street somebody measured them.

Places are written in metres of a local frame (``crs: local``, ``ground: [east, north]``), or in degrees
(``crs: EPSG:4490``, ``lonlat: [lon, lat]``), which become metres around their middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, PlainValidator, TypeAdapter, WithJsonSchema

from edge_agent.config.camera.places import PairEntry, PlaceEntry, SizeField
from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.values import KEYS, Identifier, NotEmpty, Reading, shown, wrong
from edge_agent.config.yaml.source import BadConfigError, Loc, Problem, Source, read_source
from edge_agent.core.errors import Bug
from edge_agent.core.ground.calibration import Calibration, fit, refuse_bad
from edge_agent.core.ground.coordinates import GroundPoint, TangentPlane, plane_around
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import CalibrationError, PointPair

LOCAL: Final = "local"


def _date(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong(shown(value), "a date such as 2026-11-01") from error


_DATE_SCHEMA: Final = {"type": "string", "format": "date", "description": "a date such as 2026-11-01"}
DateField = Annotated[date, PlainValidator(_date), WithJsonSchema(_DATE_SCHEMA)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LensEntry:
    """How the lens bends the picture (``core/ground/lens.py``)."""

    k1: float = 0.0
    k2: float = 0.0
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFile:
    """Everything measured for one camera in a picture of ``size``; ``foot`` is the place under it, where known."""

    version: Literal[1]
    camera: Identifier
    size: SizeField
    date: DateField
    pairs: Annotated[tuple[PairEntry, ...], NotEmpty]
    crs: Literal["local", "EPSG:4490", "EPSG:4326"] = "local"
    foot: PlaceEntry | None = None
    lens: LensEntry | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


CALIBRATION_FILE: Final[TypeAdapter[CalibrationFile]] = TypeAdapter(CalibrationFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A calibration file that was read: its pairs in metres, and where in the file they stand."""

    file: CalibrationFile
    source: Source
    lens: Lens
    pairs: tuple[PointPair, ...]
    foot: GroundPoint | None
    plane: TangentPlane | None

    def fitted(self) -> Calibration:
        """What the pairs give, however bad; raises BadConfigError where they give nothing."""
        try:
            return fit(self.pairs, self.lens, foot=self.foot, plane=self.plane)
        except CalibrationError as error:
            raise BadConfigError((self._problem(error),)) from error

    def refuse_bad(self, calibration: Calibration) -> None:
        """Raise BadConfigError where a pair is off by more than its limit."""
        try:
            refuse_bad(calibration)
        except CalibrationError as error:
            raise BadConfigError((self._problem(error),)) from error

    def _problem(self, error: CalibrationError) -> Problem:
        if error.pair is None:
            return self.source.problem(("pairs",), error.found, error.expected)
        value = f"pair {error.pair}, {error.found}"
        return self.source.problem(("pairs", error.pair - 1), value, error.expected)


def read_survey(path: Path, drafts: Mapping[Path, str] | None = None) -> Survey:
    """Read one calibration file, or the text in ``drafts`` that is to stand in it.

    Raises BadConfigError with everything that is wrong with what it says.
    """
    source = read_source(path, drafts)
    problems = version_problems(source)
    if problems:
        raise BadConfigError(problems)
    context = Reading(folder=path.parent, timezone=ZoneInfo("UTC"), environ={})  # it names no file, hour or secret
    file, problems = validate(CALIBRATION_FILE, source, context)
    if file is None:
        raise BadConfigError(problems)
    return _survey(file, source)


def read_calibration(path: Path, camera: str, drafts: Mapping[Path, str] | None = None) -> Calibration:
    """The calibration of ``camera`` as ``path`` gives it; raises BadConfigError where it cannot be believed."""
    survey = read_survey(path, drafts)
    if survey.file.camera != camera:
        expected = f"'{camera}', the camera that names this file"
        raise BadConfigError((survey.source.problem(("camera",), shown(survey.file.camera), expected),))
    calibration = survey.fitted()
    survey.refuse_bad(calibration)
    return calibration


def _survey(file: CalibrationFile, source: Source) -> Survey:
    problems = (*_misplaced(file, source), *_misbent(file, source))
    if problems:
        raise BadConfigError(problems)
    degrees = tuple(pair.lonlat for pair in file.pairs if pair.lonlat is not None)
    plane = plane_around(degrees, file.crs) if degrees else None
    return Survey(
        file=file,
        source=source,
        lens=_lens(file),
        pairs=tuple(PointPair(image=pair.image, ground=_ground(pair, plane)) for pair in file.pairs),
        foot=None if file.foot is None else _ground(file.foot, plane),
        plane=plane,
    )


def _misplaced(file: CalibrationFile, source: Source) -> list[Problem]:
    """Places that are not written as ``crs`` asks: neither way, both, or the other."""
    places: list[tuple[Loc, PairEntry | PlaceEntry]] = [(("pairs", n), pair) for n, pair in enumerate(file.pairs)]
    places += [] if file.foot is None else [(("foot",), file.foot)]
    expected = "ground: [east, north]" if file.crs == LOCAL else "lonlat: [lon, lat]"
    return [
        source.problem(loc, _written(place), f"{expected} alone, as crs {file.crs} asks")
        for loc, place in places
        if _written(place) != ("ground" if file.crs == LOCAL else "lonlat")
    ]


def _written(place: PairEntry | PlaceEntry) -> str:
    ways = {"ground": place.ground, "lonlat": place.lonlat}
    return " and ".join(name for name, way in ways.items() if way is not None) or "no place"


def _misbent(file: CalibrationFile, source: Source) -> list[Problem]:
    try:
        _lens(file)
    except ValueError as error:
        return [source.problem(("lens",), f"values that do not fit ({error})", "values that do")]
    return []


def _lens(file: CalibrationFile) -> Lens:
    bend = file.lens or LensEntry()
    return Lens(size=file.size, k1=bend.k1, k2=bend.k2)


def _ground(place: PairEntry | PlaceEntry, plane: TangentPlane | None) -> GroundPoint:
    if plane is not None and place.lonlat is not None:
        return plane.to_ground(place.lonlat)
    if place.ground is None:
        raise Bug("a place without its metres, which should have been refused")
    return place.ground
