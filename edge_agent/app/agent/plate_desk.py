"""The plate desk: plates of all cameras, read one after the other beside everything else.

Nothing waits for it: the answer is told to the camera as another event. Where too many plates wait already the newest
is not read, and is counted; one that cannot be read by whatever error is said once in the log, and the ladder goes on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.clips import keyframes
from edge_agent.app.agent.shared import PlateDone
from edge_agent.app.detect.plates import PICTURES
from edge_agent.app.health.contained import report
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import DropCause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from edge_agent.app.detect.plates import PlateReader
    from edge_agent.app.stream.frames import FrameRing, StoredFrame
    from edge_agent.app.stream.main_stream import MainStream
    from edge_agent.core.effects import ReadPlate
    from edge_agent.core.site.plates import PlateMode
    from edge_agent.ports import Clock, Image

WAITING: Final = 50
POLL_S: Final = 0.5
BACK: Final = timedelta(seconds=20)  # of the main stream: as much as is held
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlateRequest:
    what: ReadPlate
    camera: str
    mode: PlateMode
    frames: tuple[StoredFrame, ...]
    put: Callable[[PlateDone], None]


class PlateDesk:
    """Reads plates with ``reader``; ``run`` belongs to one thread.

    ``main`` are the main streams by camera, whose keyframes are read where there are some; ``dropped`` is told of
    those left unread.
    """

    def __init__(
        self,
        reader: PlateReader,
        main: Mapping[str, MainStream],
        clock: Clock,
        dropped: Callable[[str, DropCause], None] = lambda _camera, _cause: None,
    ) -> None:
        self._reader = reader
        self._main = main
        self._clock = clock
        self._dropped = dropped
        self._jobs: Queue[_PlateRequest] = Queue(WAITING)
        self._failed = ""

    def ask(
        self, what: ReadPlate, camera: str, mode: PlateMode, ring: FrameRing, put: Callable[[PlateDone], None]
    ) -> None:
        """Have a plate read from the main stream of a camera, or from what ``ring`` holds now; from any thread.

        ``put`` is given the answer; of the plate it holds what ``mode`` lets the site keep.
        """
        frames = ring.last(PICTURES, until=what.at)
        try:
            self._jobs.put_nowait(_PlateRequest(what=what, camera=camera, mode=mode, frames=frames, put=put))
        except Full:
            self._dropped(camera, DropCause.PLATES_FULL)

    def run(self, stop: Event) -> None:
        """Read until ``stop``."""
        while not stop.is_set():
            self.turn()

    def turn(self) -> None:
        """Read the next plate; waits half a second for one."""
        try:
            job = self._jobs.get(timeout=POLL_S)
        except Empty:
            return
        try:
            job.put(PlateDone(self._reader.read(job.what, self._pictures(job), job.mode)))
        except (OutsideError, BadInputError) as error:
            self._say(str(error))
        except Exception as error:  # noqa: BLE001 - what one camera has sent must not end the plates of all
            report(f"the plate of case {job.what.case}", error, "none is told")

    def _pictures(self, job: _PlateRequest) -> tuple[Image, ...]:
        """Keyframes of the main stream; where there are none, the last looks, the newest as large as it came."""
        main = self._main.get(job.camera)
        if main is not None:
            now = self._clock.now()
            pictures = keyframes(main.ring.stretch(now - BACK, now), PICTURES)
            if pictures:
                return pictures
        return tuple(each.image if each.full is None else each.full() for each in job.frames)

    def _say(self, sentence: str) -> None:
        """Once, until it is another."""
        if sentence != self._failed:
            self._failed = sentence
            _log.warning("no plate is read: %s", sentence)
