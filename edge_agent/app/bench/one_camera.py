"""One camera without threads around it: its loop with the real store and pictures, in a folder that is thrown away."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from edge_agent.app.agent.camera import CameraLoop, Outfit
from edge_agent.app.bench.stopwatch import TimedDetector, TimedStore
from edge_agent.app.evidence.pictures import pictures_of
from edge_agent.app.stream.frames import FrameRing
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.effects import Speak
    from edge_agent.core.events import Detection
    from edge_agent.ports import Detector, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCamera:
    """A camera's loop, and what of it carries a stopwatch; ``closer`` makes the second looks."""

    loop: CameraLoop
    ring: FrameRing
    store: TimedStore
    closer: TimedDetector

    def look(self, frame: Frame, detections: tuple[Detection, ...]) -> None:
        """Fold one look, as the agent does."""
        self.ring.keep(frame)
        self.loop.look(frame, detections)


@contextmanager
def one_camera(loaded: LoadedSite, camera: str, detector: Detector) -> Iterator[OneCamera]:
    """A camera that has seen nothing yet; ``detector`` makes its second looks, and every warning is played at once."""
    with TemporaryDirectory(prefix="edge-agent-bench-") as name:
        folder, ring, speaker = Path(name), FrameRing(), _Stages()
        store, closer = TimedStore(folder / "agent.db"), TimedDetector(detector)
        outfit = Outfit(
            site=loaded.site,
            detector=closer,
            recall=speaker.recall,
            ask=speaker.say,
            snapshots=pictures_of(loaded, camera, closer, folder=folder / "evidence"),
            store=store,
            ring=ring,
        )
        try:
            yield OneCamera(loop=CameraLoop(camera, outfit), ring=ring, store=store, closer=closer)
        finally:
            store.close()


class _Stages:
    """A speaker that costs nothing: what it plays is the voice's work, and done by another thread."""

    def say(self, request: Speak) -> SpeakerAnswer:  # noqa: ARG002 - as a speaker is asked
        """Played."""
        return SpeakerAnswer(result=Result.PLAYED)

    def recall(self, request: Speak) -> SpeakerAnswer:  # noqa: ARG002 - as a speaker is asked
        """Played."""
        return SpeakerAnswer(result=Result.PLAYED)
