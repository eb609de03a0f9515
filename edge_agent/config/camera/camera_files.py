"""The files that a site file names for its cameras: found, or said to be missing where they are named; and read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.config.fields.values import Reading
from edge_agent.config.yaml.source import BadConfigError, Loc, Problem, Source
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.teach.taught import Taught


def named_file(source: Source, loc: Loc, named: object, context: Reading) -> tuple[Path | None, tuple[Problem, ...]]:
    """The file that the site file names at ``loc``; that it is missing is said where it is named."""
    if not isinstance(named, str):
        return None, ()
    path = source.path.parent / named
    if path in context.drafts or path.is_file():
        return path, ()
    return None, (source.problem(loc, f"no file {path}", "a file that exists"),)


def named_by_cameras(
    source: Source, key: str, context: Reading
) -> Iterator[tuple[str, Path | None, tuple[Problem, ...]]]:
    """What each camera names as its ``key``: the file, or the problem that it is not there, or neither."""
    cameras = source.data.get("cameras") if isinstance(source.data, dict) else None
    for camera, settings in cameras.items() if isinstance(cameras, dict) else ():
        named = settings.get(key) if isinstance(settings, dict) else None
        yield camera, *named_file(source, ("cameras", camera, key), named, context)


def calibrations_of(source: Source, context: Reading) -> tuple[dict[str, Calibration], tuple[Problem, ...]]:
    """The calibration of every camera that has one that can be believed, and what is wrong with the others."""
    calibrations: dict[str, Calibration] = {}
    problems: list[Problem] = []
    for camera, path, missing in named_by_cameras(source, "calibration", context):
        problems += missing
        try:
            calibrations |= {} if path is None else {camera: _calibration(path, camera, context)}
        except BadConfigError as error:
            problems += error.problems
    return calibrations, tuple(problems)


def taught_of_cameras(source: Source, context: Reading) -> tuple[dict[str, Taught], tuple[Problem, ...]]:
    """What each camera was taught, and which of the files cannot be used."""
    taught: dict[str, Taught] = {}
    problems: list[Problem] = []
    for camera, path, missing in named_by_cameras(source, "taught", context):
        problems += missing
        if path is None:
            continue
        from edge_agent.config.camera.taught_file import read_taught  # noqa: PLC0415 - it loads numpy, and most have none

        try:
            taught[camera] = read_taught(path, camera)
        except BadInputError as error:
            problems.append(source.problem(("cameras", camera, "taught"), str(error), "a file that teach wrote"))
    return taught, tuple(problems)


def _calibration(path: Path, camera: str, context: Reading) -> Calibration:
    from edge_agent.config.camera.calibration_file import read_calibration  # noqa: PLC0415 - it loads numpy, and most have none

    return read_calibration(path, camera, context.drafts)
