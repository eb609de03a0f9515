"""The survey of the studio: what a calibration from these pairs is worth, and its metres as they lie in the picture."""

from __future__ import annotations

from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Final

from edge_agent.config.camera.calibration_file import read_survey
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.ground.calibration import metres_a_pixel, to_image
from edge_agent.core.ground.coordinates import GroundPoint, holds
from edge_agent.web.views import FitView, GridLine, PairView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.config.camera.calibration_file import Survey
    from edge_agent.config.yaml.source import Problem
    from edge_agent.core.ground.calibration import Calibration

BOLD_M: Final = 5
STEP_M: Final = 0.5  # between two points of a line: enough to bend it as the lens does
FURTHEST: Final = 3.0  # fractions of the picture beside it
MOST_LINES: Final = 400
MOST_POINTS: Final = 400  # of a line

Place = tuple[float, float]


def fitted(path: Path, text: str) -> FitView:
    """What the pairs in ``text``, which may be bad, are worth."""
    try:
        survey = read_survey(path, {path: text})
        calibration = survey.fitted()
    except BadConfigError as error:
        return FitView(problems=error.problems)
    problems: tuple[Problem, ...] = ()
    try:
        survey.refuse_bad(calibration)
    except BadConfigError as error:
        problems = error.problems
    pixels = [metres_a_pixel(calibration, pair.image) for pair in survey.pairs]
    known = [pixel for pixel in pixels if pixel is not None]
    return FitView(
        problems=problems,
        pairs=_pairs(calibration),
        grid=tuple(_grid(calibration)),
        outline=_outline(calibration),
        left_out_m=_finite(calibration.left_out_m),
        rms_m=_finite(calibration.rms_m),
        pixel_m=(min(known), max(known)) if known else None,
    )


def refuse_bad(path: Path, text: str, camera: str) -> Survey:
    """The survey in ``text``; raises BadConfigError where it cannot be believed, or is another camera's."""
    survey = read_survey(path, {path: text})
    if survey.file.camera != camera:
        problem = survey.source.problem(("camera",), f"'{survey.file.camera}'", f"'{camera}'")
        raise BadConfigError((problem,))
    survey.refuse_bad(survey.fitted())
    return survey


def _pairs(calibration: Calibration) -> tuple[PairView, ...]:
    return tuple(
        PairView(
            residual_m=_finite(error.residual_m),
            left_out_m=_finite(error.left_out_m),
            limit_m=error.limit_m,
            too_large=error.too_large,
        )
        for error in calibration.errors
    )


def _finite(metres: float) -> float | None:
    return metres if isfinite(metres) else None


def _grid(calibration: Calibration) -> Iterator[GridLine]:
    """Every whole metre to the east and to the north, as far as it is believed; every fifth alone where that is far."""
    hull = calibration.validity
    easts, norths = [p.east for p in hull], [p.north for p in hull]
    every = 1 if max(_width(easts), _width(norths)) * 2 <= MOST_LINES else BOLD_M
    for east in _whole(easts, every):
        places = (GroundPoint(east, north) for north in _close(norths))
        yield GridLine(bold=east % BOLD_M == 0, points=_seen(calibration, (p for p in places if holds(hull, p))))
    for north in _whole(norths, every):
        places = (GroundPoint(east, north) for east in _close(easts))
        yield GridLine(bold=north % BOLD_M == 0, points=_seen(calibration, (p for p in places if holds(hull, p))))


def _outline(calibration: Calibration) -> tuple[Place, ...]:
    """The border of what is believed, its sides divided so that they bend as the lens does."""
    hull = calibration.validity
    sides = zip(hull, (*hull[1:], hull[0]), strict=True)
    steps = [(a, b, step / 10) for a, b in sides for step in range(10)]
    places = (GroundPoint(a.east + s * (b.east - a.east), a.north + s * (b.north - a.north)) for a, b, s in steps)
    return _seen(calibration, places)


def _width(span: list[float]) -> float:
    return max(span) - min(span)


def _whole(span: list[float], every: int) -> list[int]:
    ticks = range(ceil(min(span) / every) * every, floor(max(span)) + 1, every)
    return list(ticks[:MOST_LINES])


def _close(span: list[float]) -> Iterator[float]:
    step = max(STEP_M, _width(span) / MOST_POINTS)
    return (min(span) + n * step for n in range(floor(_width(span) / step) + 1))


def _seen(calibration: Calibration, places: Iterable[GroundPoint]) -> tuple[Place, ...]:
    points = (to_image(calibration, place) for place in places)
    near = (p for p in points if p is not None and max(abs(p.x), abs(p.y)) < FURTHEST)
    return tuple((p.x, p.y) for p in near)
