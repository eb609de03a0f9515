"""The clip writer: files clips and stills of main streams with the evidence, once what came after them is there too.

The pictures of a stage are kept before anything is said (``camera.py``); a clip needs a few seconds more, and nothing
waits for it. After a power cut in between it is missing, and the pictures are not. The still is the picture of the main
stream that was received nearest to the moment, where it was not kept at the moment itself (``main_stills.py``): only a
stage costs a decoding of it.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, Full, Queue
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.adapters.evidence.clips import picture_at, save_clip
from edge_agent.app.health.contained import report
from edge_agent.config.wire.events import instant_text
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from edge_agent.adapters.evidence.clips import Clip
    from edge_agent.adapters.video.packet_ring import PacketRing
    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.ports import Caption, Clock

BEFORE: Final = timedelta(seconds=5)
AFTER: Final = timedelta(seconds=5)
LATE: Final = timedelta(seconds=1)  # by which pictures may arrive after the moment they show
POLL_S: Final = 0.5
MOST: Final = 100  # clips that are taken in before the oldest is written, and as many again to be taken in
_log = logging.getLogger(__name__)


class StillFolder(Snapshots, Protocol):
    """Keeps stills, and knows which it has."""

    def keeps(self, request: SaveSnapshot) -> bool:
        """Whether those of this moment are kept already."""


@dataclass(frozen=True, slots=True)
class Stills:
    """Where the stills of a main stream are kept, and what is written below one that shows a moment."""

    pictures: StillFolder
    caption: Callable[[datetime], Caption | None]


@dataclass(frozen=True, slots=True)
class _ClipRequest:
    request: SaveSnapshot
    ring: PacketRing
    stills: Stills | None
    clip: bool
    camera: str


class ClipWriter:
    """Files clips below ``folder``, beside the pictures of their stage. ``run`` belongs to one thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._asked: Queue[_ClipRequest] = Queue(MOST)
        self._waiting: list[_ClipRequest] = []
        self._at_work = Lock()

    def file(
        self,
        request: SaveSnapshot,
        ring: PacketRing,
        stills: Stills | None = None,
        *,
        clip: bool = True,
        camera: str = "",
    ) -> bool:
        """Keep what ``ring`` holds around the moment of ``request``, in a while, and its stills; from any thread.

        Without ``clip`` only the stills: a clip is as the camera coded it, and shows what a mask must hide. Returns
        whether it will: where too many wait already, that is logged, and nothing is kept.
        """
        try:
            self._asked.put_nowait(_ClipRequest(request, ring, stills, clip, camera))
        except Full:
            _log.warning("no clip of %s, %s: %d others wait to be written", request.incident, request.stage, MOST)
            return False
        return True

    def run(self, stop: Event) -> None:
        """File until ``stop``; what still waits then is filed with what there is."""
        with self._at_work:
            while not stop.wait(POLL_S):
                self.turn()
            self._file_all()

    def finish(self) -> None:
        """File what was asked for after `run` had ended: a camera's last look may take longer than the end of `run`.

        Nothing is done where `run` has not ended: it is still filing.
        """
        if self._at_work.acquire(blocking=False):
            try:
                self._file_all()
            finally:
                self._at_work.release()

    def turn(self) -> None:
        """File what is complete by now."""
        self._take_in()
        ripe = self._clock.now() - AFTER - LATE
        for request in [each for each in self._waiting if each.request.at <= ripe]:
            self._waiting.remove(request)
            self._filed(request)

    def _file_all(self) -> None:
        """File all that waits, with what there is; more may wait than is taken in at once."""
        self._take_in()
        while self._waiting:
            self._filed(self._waiting.pop(0))
            self._take_in()

    def _take_in(self) -> None:
        while len(self._waiting) < MOST:
            try:
                self._waiting.append(self._asked.get_nowait())
            except Empty:
                return

    def _filed(self, pending: _ClipRequest) -> None:
        """One clip and a note of what it is, and a still; that one cannot be had is said, and is no reason to stop."""
        request = pending.request
        try:
            self._file_clip(pending)
        except (OutsideError, OSError) as error:
            _log.warning("no clip of %s, %s: %s", request.incident, request.stage, error)
        except Exception as error:  # noqa: BLE001 - what one camera has sent must not end the clips of all
            report(f"the clip of {request.incident}, {request.stage},", error, "there is none")

    def _file_clip(self, pending: _ClipRequest) -> None:
        request = pending.request
        stem = f"{instant_text(request.at).replace('-', '').replace(':', '')}-{request.stage}-clip"
        path = self._folder / request.incident / f"{stem}.mp4"
        pictures = pending.ring.stretch(request.at - BEFORE, request.at + AFTER)
        if pending.clip:
            write_private(path.with_suffix(".json"), _note(pending, save_clip(path, pictures)))
        if pending.stills is None or pending.stills.pictures.keeps(request):
            return
        try:
            frame = picture_at(path, pictures, request.at)
            pending.stills.pictures.save(request, frame, pending.stills.caption(frame.at))
        except OutsideError as error:
            _log.warning("no still of the main stream of %s, %s: %s", request.incident, request.stage, error)


def _note(pending: _ClipRequest, clip: Clip) -> bytes:
    request = pending.request
    note = {
        "camera": pending.camera,
        "incident": request.incident,
        "event": request.event,
        "stage": request.stage,
        "at": instant_text(request.at),
        "box": [request.box.x0, request.box.y0, request.box.x1, request.box.y1],
        "begin": instant_text(clip.begin),
        "end": instant_text(clip.end),
        "clip": {"file": clip.path.name, "sha256": clip.sha256, "width": clip.size[0], "height": clip.size[1]},
    }
    return json.dumps(note, indent=2).encode() + b"\n"
