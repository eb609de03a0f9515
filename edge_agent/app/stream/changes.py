"""Changes: what appeared in a camera's view and stays, as detections beside those of the detector.

Only for cameras of which some zone asks for an ``object``, or that were taught to name such things. What is
remembered of the view lies in one file a camera, named by the last look that it knows. It is written before the store
commits that look, and the one before it is taken away afterwards: so a power cut leaves the file that belongs to what
the store holds, and the boxes go on as they would have. Where it is damaged or gone, the view is learned anew.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.video.shrinking import shrunk
from edge_agent.app.stream.frames import same_place
from edge_agent.app.stream.naming import Naming
from edge_agent.config.wire.view import decode_view, encode_view
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import OBJECT, Detection
from edge_agent.core.stream.appeared import WIDTH
from edge_agent.core.stream.standing import Appeared, named, watched
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.app.detect.judging import Judges
    from edge_agent.core.geometry import Box
    from edge_agent.core.site.site import Site
    from edge_agent.core.teach.taught import Judgement, Taught
    from edge_agent.ports import Frame

SUFFIX: Final = ".view"
_log = logging.getLogger(__name__)


class Changes:
    """What appeared before one camera; belongs to the thread that owns its world.

    Args:
        camera: Which.
        folder: Where its memory is kept over a restart; nowhere without one.
        looked: The last look that the store holds.
        judges: Who tells what has appeared by what the camera was taught; nobody without.
    """

    def __init__(
        self, camera: str, folder: Path | None = None, looked: datetime | None = None, judges: Judges | None = None
    ) -> None:
        self._camera = camera
        self._folder = folder
        self._view = Appeared() if folder is None or looked is None else self._read(folder, looked)
        self._looked: datetime | None = None
        self._judges = judges
        self._frame: Frame | None = None
        self._taught: Taught | None = None
        self._naming = Naming(self._judgement)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where something stands by the last look."""
        return tuple(each.box for each in self._view.shown())

    def appeared_at(self, box: Box) -> bool:
        """Whether something new stands at ``box``, be it named by the detector or not."""
        return any(each.confirmed and same_place(each.box, box) for each in self._view.things)

    def with_appeared(self, frame: Frame, detections: tuple[Detection, ...], site: Site) -> tuple[Detection, ...]:
        """The detections of a trusted look, and what has appeared in it, where the camera's zones ask for that."""
        if not wanted(site, self._camera):
            self._looked = None
            return detections
        view = watched(self._view, shrunk(frame.image, WIDTH), frame.at)
        self._view = named(view, (each for each in detections if each.score >= site.policy.seeing.keep_score))
        self._looked = frame.at
        self._frame, self._taught = frame, site.taught.get(self._camera)
        objects = tuple(
            Detection(
                label=OBJECT,
                score=each.score,
                box=each.box,
                age_s=round((frame.at - each.since).total_seconds(), 1),
            )
            for each in self._view.shown()
        )
        return *detections, *self._naming.named(objects, frame.at)

    def _judgement(self, _at: datetime, box: Box) -> Judgement | None:
        """What the camera was taught to take the thing at ``box`` of this look for."""
        if self._judges is None or self._frame is None:
            return None
        frame = self._frame
        return self._judges.judge(self._taught, frame.full or (lambda: frame.image), box)

    def forget(self) -> None:
        """Learn the view anew: it is another one."""
        self._view = Appeared()

    def keep(self) -> None:
        """Keep what is known, to be called before the look is committed; raises OutsideError where the disk refuses."""
        if self._folder is None or self._looked is None:
            return
        path = self._path(self._folder, self._looked)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, encode_view(self._view), private=True)
        except OSError as error:
            raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error

    def forget_earlier(self) -> None:
        """Take away what was kept of earlier looks, to be called once the look is committed."""
        if self._folder is None or self._looked is None:
            return
        last = self._path(self._folder, self._looked)
        for path in self._folder.glob(f"{self._camera}.*{SUFFIX}"):
            if path != last and path.name.count(".") == last.name.count("."):
                path.unlink(missing_ok=True)

    def _read(self, folder: Path, looked: datetime) -> Appeared:
        path = self._path(folder, looked)
        try:
            return decode_view(path.read_bytes())
        except FileNotFoundError:
            return Appeared()
        except (OSError, BadInputError) as error:
            _log.warning("%s: what stands before camera %s is learned anew: %s", path, self._camera, error)
            return Appeared()

    def _path(self, folder: Path, looked: datetime) -> Path:
        return folder / f"{self._camera}.{looked:%Y%m%dT%H%M%S%f}{SUFFIX}"


def wanted(site: Site, camera: str) -> bool:
    """Whether any zone of a camera asks for what has no label, or it was taught what such things are."""
    return OBJECT in site.watch(camera).standing or camera in site.taught
