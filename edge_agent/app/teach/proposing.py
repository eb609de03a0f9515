"""Proposing: what the witnesses of a second look disagreed about, kept as what the next teaching should know."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.app.teach.examples import Proposals
from edge_agent.core.errors import OutsideError
from edge_agent.core.teach.taught import Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.app.stream.frames import FrameRing
    from edge_agent.core.effects import LookAgain
    from edge_agent.core.events import LookedAgain

    Disagreed = Callable[[LookAgain, LookedAgain], None]

_log = logging.getLogger(__name__)


def proposing(state: Path, camera: str, ring: FrameRing) -> Disagreed:
    """Who keeps such crops of a camera; a disk that refuses is said, and decides nothing."""
    proposals = Proposals(state, camera)

    def disagreed(request: LookAgain, answer: LookedAgain) -> None:
        frame = ring.at(request.at)
        mark = next((witness.mark for witness in answer.witnesses if witness.mark), Mark.NOTHING)
        if frame is None:
            return
        picture = frame.image if frame.full is None else frame.full()
        try:
            proposals.propose(Mark(mark), picture, request.box, frame.at, request.case)
        except OutsideError as error:
            _log.warning("camera %s: an example is not proposed: %s", camera, error)

    return disagreed
