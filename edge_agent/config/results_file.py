"""Results: what a replay printed with ``--json``, or another program told of the same recording, one line an event.

Only what judging needs is read, and only that must be there: ``type``, ``incident``, ``zone``, ``kind``, ``at``; a
``box`` where places are to agree, ``dwell_s`` and ``end`` where dwell is to be judged. Unknown keys are passed over.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from edge_agent.core.errors import BadInputError
from edge_agent.core.found import Told
from edge_agent.core.geometry import Box
from edge_agent.core.incidents import Happening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KNOWN: Final = frozenset(Happening)


def read_results(path: Path, camera: str | None = None) -> tuple[Told, ...]:
    """The events of incidents in a file, of one ``camera`` where it is named; other messages are left out.

    Raises:
        BadInputError: The file cannot be read, or a line is no event; says which.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path}: bytes that are not UTF-8, expected one JSON object a line") from error
    return tuple(_events(path, text, camera))


def _events(path: Path, text: str, camera: str | None) -> Iterator[Told]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            said = _object(path, number, line)
            ours = camera is None or said.get("camera", camera) == camera
            if ours and said.get("type") in _KNOWN:
                yield _told(path, number, said)


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise BadInputError(f"{path}:{number}: broken JSON ({error}), expected one object a line") from error
    if not isinstance(said, dict):
        raise BadInputError(f"{path}:{number}: {type(said).__name__}, expected a JSON object")
    return said


def _told(path: Path, number: int, said: dict[str, Any]) -> Told:
    try:
        return Told(
            type=Happening(said["type"]),
            incident=str(said["incident"]),
            zone=str(said["zone"]),
            kind=str(said["kind"]),
            at=_instant(said["at"]),
            box=None if said.get("box") is None else Box(*map(float, said["box"])),
            dwell_s=float(said.get("dwell_s", 0)),
            end=None if said.get("end") is None else _instant(said["end"]),
        )
    except KeyError as error:
        raise BadInputError(f"{path}:{number}: an event without {error}, expected it") from error
    except (TypeError, ValueError) as error:
        raise BadInputError(f"{path}:{number}: a value that does not fit: {error}") from error


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone, expected one such as Z")
    return at.astimezone(UTC)
