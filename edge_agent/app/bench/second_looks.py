"""Second looks at a recording, as an agent would make them that had looked at it five times a second."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS
from edge_agent.app.frames import FrameRing
from edge_agent.app.second_look import look_again

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.effects import LookAgain
    from edge_agent.core.events import LookedAgain
    from edge_agent.ports import Detector

REFERENCE: Final = 5.0  # looks a second
_BACK: Final = timedelta(seconds=1)  # in which there are more looks than any second look wants
_TICK: Final = timedelta(seconds=1 / REFERENCE)

_Asked = tuple[float, ...]


class SecondLooks:
    """Answers are kept: many cameras ask the same of the same moment."""

    def __init__(self, recording: Path, detector: Detector) -> None:
        self._recording = recording
        self._detector = detector
        self._known: dict[_Asked, LookedAgain] = {}

    def answer(self, request: LookAgain, within: timedelta) -> LookedAgain:
        """What the pictures up to ``within`` the recording say to a request."""
        box = request.box
        asked = (round(within / _TICK), *(round(side, 2) for side in (box.x0, box.y0, box.x1, box.y1)))
        if asked not in self._known:
            self._known[asked] = self._looked(request, within)
        return replace(self._known[asked], at=request.at, case=request.case)

    def _looked(self, request: LookAgain, within: timedelta) -> LookedAgain:
        until, ring = BEGINS + within, FrameRing()
        begin = until - _BACK if within > _BACK else None
        source = VideoFile(self._recording, started=BEGINS, looks_per_second=REFERENCE, skip_to=begin)
        for frame in source.frames():
            if frame.at > until:
                break
            ring.keep(frame)
        return look_again(replace(request, at=until), ring, self._detector)
