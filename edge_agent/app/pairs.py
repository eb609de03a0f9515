"""Pairs: each truth with the detection log, or the results, of its recording.

They lie beside each other and share their stem, unless somebody says otherwise::

    street.mp4   street.truth.yaml   street.detections.jsonl[.gz]
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.config.truth_file import SUFFIX
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOGS: Final = (".detections.jsonl", ".detections.jsonl.gz")
RESULTS: Final = (".results.jsonl",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A truth file, and the file of what was seen or told of the same recording."""

    truth: Path
    told: Path


def pairs(truths: Iterable[Path], told: Sequence[Path], suffixes: tuple[str, ...] = LOGS) -> tuple[Pair, ...]:
    """Each truth file (those in a folder, by name) with its file: the one at its place in ``told``, or of its stem.

    ``told`` may be one folder in which they are looked for; empty means beside the truth.

    Raises:
        BadInputError: A folder holds no truth, a truth has no file, or there are more of one than of the other.
    """
    files = tuple(file for path in truths for file in _truths(path))
    named = not told or (len(told) == 1 and told[0].is_dir())
    if named:
        return tuple(Pair(truth=file, told=_beside(file, told[0] if told else file.parent, suffixes)) for file in files)
    if len(files) != len(told):
        raise BadInputError(f"{len(files)} truth files and {len(told)} of what was seen, expected one for each")
    return tuple(Pair(truth=file, told=path) for file, path in zip(files, told, strict=True))


def _truths(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    found = tuple(sorted(path.glob(f"*{SUFFIX}")))
    if not found:
        raise BadInputError(f"{path}: holds no truth, expected files named *{SUFFIX}")
    return found


def _beside(truth: Path, folder: Path, suffixes: tuple[str, ...]) -> Path:
    stem = truth.name.removesuffix(SUFFIX)
    names = [f"{stem}{suffix}" for suffix in suffixes]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise BadInputError(f"{truth}: nothing of this recording in {folder}, expected {' or '.join(names)}")
