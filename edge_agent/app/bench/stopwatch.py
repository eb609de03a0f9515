"""A stopwatch of processor time, and parts of the agent that carry one."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detect.onnx import open_session
from edge_agent.adapters.process import processor_s
from edge_agent.adapters.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.adapters.detect.onnx import OnnxDetector
    from edge_agent.core.detect.yolo import Floats
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Detection, Event
    from edge_agent.core.incident.world import World
    from edge_agent.ports import Detector, Image, Message

MS: Final = 1000.0


class Stopwatch:
    """Milliseconds of processor time, lap by lap."""

    def __init__(self) -> None:
        self.laps: list[float] = []

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Time what is in here."""
        begun = processor_s()
        try:
            yield
        finally:
            self.laps.append((processor_s() - begun) * MS)

    @property
    def total(self) -> float:
        """Of all laps."""
        return sum(self.laps)

    @property
    def middle(self) -> float:
        """The median lap; 0 where there was none."""
        return median(self.laps) if self.laps else 0.0


class BareModel:
    """The model's session and nothing else, one thread: what any agent that uses it must pay."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        self._session, _ = open_session(model, threads=threads)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, tensor: Floats) -> Floats:
        """The tensor through the network."""
        output: Floats = self._session.run(None, {self._input: tensor})[0]
        return output


class TimedEngine:
    """An engine that tells what is done before it from what is done after it, and keeps the last tensor."""

    def __init__(self, engine: BareModel) -> None:
        self._engine = engine
        self.before, self.after = Stopwatch(), Stopwatch()
        self.tensor: Floats | None = None
        self._entered = self._left = 0.0

    def __call__(self, tensor: Floats) -> Floats:
        """The tensor through the network."""
        self._entered = processor_s()
        self.tensor = tensor
        output = self._engine(tensor)
        self._left = processor_s()
        return output

    def detect(self, detector: OnnxDetector, image: Image) -> tuple[Detection, ...]:
        """What ``detector``, whose engine this is, sees in ``image``."""
        begun = processor_s()
        seen = detector.detect(image)
        ended = processor_s()
        self.before.laps.append((self._entered - begun) * MS)
        self.after.laps.append((ended - self._left) * MS)
        return seen


class TimedStore(SqliteStore):
    """The real store, each commit timed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.watch = Stopwatch()

    def commit(
        self, world: World, events: tuple[Event, ...], effects: tuple[Effect, ...], messages: tuple[Message, ...] = ()
    ) -> None:
        """Keep it, timed."""
        with self.watch.lap():
            super().commit(world, events, effects, messages)


class TimedDetector:
    """A detector of second looks, timed: they are inference, not what is done around it."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.watch = Stopwatch()
        self.labels = detector.labels
        self.model_id = detector.model_id

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """The things in ``image``."""
        with self.watch.lap():
            return self._detector.detect(image)
