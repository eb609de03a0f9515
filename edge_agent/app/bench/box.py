"""What one box can do: the cost of each part on it, and how many cameras that makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.usage import cores, processor_name
from edge_agent.app.bench.material import full_hd, sub_stream
from edge_agent.app.bench.one_look import LookCost, cost_of_a_look
from edge_agent.app.bench.whole import WholeCost, cost_of_keyframes, cost_of_the_whole
from edge_agent.core.attention import SWEEP

if TYPE_CHECKING:
    from edge_agent.config.loading import LoadedSite

LENGTH: Final = timedelta(seconds=10)
SHARE: Final = 0.9  # of the cores: the rest is for decisions, warnings, and what else runs on a box


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """By kind, not by name."""

    processor: str
    cores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCost:
    """All of it. ``stream_ms`` is the cost of a second of a sub-stream while keyframes are enough."""

    machine: Machine
    look: LookCost
    whole: WholeCost
    stream_ms: float

    @property
    def camera_ms(self) -> dict[str, float]:
        """Milliseconds of processor time a second of a camera that is swept, by part."""
        looks = timedelta(seconds=1) / SWEEP
        return {
            "detector": looks * (self.look.before_ms + self.look.inference_ms + self.look.after_ms),
            "stream": self.stream_ms,
            "fold and store": looks * (self.look.fold_ms + self.look.store_ms),
        }

    @property
    def cameras(self) -> int:
        """How many cameras the cores can sweep, by these figures alone."""
        return int(SHARE * self.machine.cores * 1000 / sum(self.camera_ms.values()))

    @property
    def limit(self) -> str:
        """The part that most of it goes to."""
        parts = self.camera_ms
        return max(parts, key=lambda part: parts[part])


def cost_of_a_box(loaded: LoadedSite, camera: str, video: Path, *, length: timedelta = LENGTH) -> BoxCost:
    """Measure all parts on copies of ``video``, each of that length; about half a minute.

    Raises:
        OutsideError: The recording, the model or the disk cannot be used.
    """
    with TemporaryDirectory(prefix="edge-agent-bench-") as name:
        small, large = Path(name) / "small.mp4", Path(name) / "large.mp4"
        sub_stream(video, small, loaded.site.zones_of(camera), round_=length)
        full_hd(video, large, length=length)
        return BoxCost(
            machine=Machine(processor=processor_name(), cores=cores()),
            look=cost_of_a_look(loaded, camera, small),
            whole=cost_of_the_whole(loaded, camera, large),
            stream_ms=cost_of_keyframes(small),
        )
