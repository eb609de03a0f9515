"""Logged: what was once seen, from its detection log, as events for a replay.

Apart from ``recording.py`` so that a log is folded without loading a decoder and a detector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.adapters.detection_log import read_answers, read_events, read_header
from edge_agent.app.replay import Assumed, Speaking
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import LookedAgain, WarningAnswered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.core.events import Event


def logged(path: Path, camera: str) -> Iterator[Event]:
    """The events of a detection log of ``camera``."""
    header = read_header(path)
    if header.camera != camera:
        raise BadInputError(f"{path}: the log is of camera '{header.camera}', expected '{camera}'")
    return read_events(path)


def model_of(path: Path) -> str:
    """The sha256 of the model that saw what a log holds."""
    return read_header(path).model


def assumed_of(path: Path, speaking: Speaking | None) -> Assumed:
    """What a replay of this log assumes: what the log does not say itself.

    ``speaking`` overrides the speaker; ``from-log`` takes the log's word, also for what it leaves out.
    """
    answers = read_answers(path)
    heard = frozenset(answer.incident for answer in answers if isinstance(answer, WarningAnswered))
    looked = frozenset((answer.case, answer.at) for answer in answers if isinstance(answer, LookedAgain))
    if speaking is Speaking.FROM_LOG:
        return Assumed(speaking=speaking, heard=None, looked_again=None if looked else looked)
    told = Speaking.FROM_LOG if heard else Speaking.WORKS
    return Assumed(speaking=speaking or told, heard=heard, looked_again=looked)
