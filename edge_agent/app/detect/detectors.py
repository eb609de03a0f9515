"""Detectors: the site's model on the runtime it asks for."""

from __future__ import annotations

import os
from collections import deque
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.adapters.detect.openvino import openvino_engine
from edge_agent.adapters.process import give_back, keep_freed
from edge_agent.config.site.shipped import check_labels
from edge_agent.config.yaml.source import BadConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_agent.adapters.detect.onnx import Engine
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.events import Detection
    from edge_agent.ports import Detector, Image


_Waiting = SimpleQueue["Detector"]


def opened_detector(
    loaded: LoadedSite, *, min_score: float | None = None, engine: Engine | None = None
) -> OnnxDetector:
    """The site's detector, whatever it can see; it gives what is enough to go on seeing a thing, or ``min_score``.

    A bench may put its own ``engine`` in the place of the site's. Whoever opens a detector is going to show it
    pictures, so their memory is kept from one to the next.

    Raises:
        OutsideError: The engine is not installed.
        BadInputError: The model, or a provider, cannot be used.
    """
    runtime = loaded.runtime
    if engine is None and runtime.engine == "openvino":
        engine = openvino_engine(loaded.model, threads=runtime.threads, device=runtime.device)
    keep_freed()
    detector = OnnxDetector(
        loaded.model,
        min_score=loaded.site.policy.seeing.keep_score if min_score is None else min_score,
        pixels=runtime.pixels,
        providers=runtime.providers,
        threads=runtime.threads,
        engine=engine,
        signed=_standing(loaded),
    )
    give_back()  # reading a model takes as much again as it holds afterwards
    return detector


def _standing(loaded: LoadedSite) -> frozenset[str]:
    """The labels of what any kind of the policy is made of: the looks of a person who passes are nobody's business."""
    kinds = loaded.site.policy.kinds.values()
    return frozenset(label for kind in kinds for label in kind.labels | kind.containers)


def detector_for(loaded: LoadedSite) -> OnnxDetector:
    """The site's detector; raises BadConfigError when it cannot see what the zones ask for."""
    detector = opened_detector(loaded)
    problems = check_labels(loaded, detector.labels)
    if problems:
        raise BadConfigError(problems)
    return detector


class Detectors:
    """The detectors of a box, each lent to one thread at a time: as many networks run at once as there are of them.

    Second looks come first. They are part of a look whose decision falls due, and a whole street of vans that have
    stood since the box was switched on falls due at once; what is swept meanwhile can wait.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._free = list(detectors)
        self._lock = Lock()
        self._first, self._rest = deque[_Waiting](), deque[_Waiting]()
        self.count = len(detectors)
        self.labels, self.model_id = detectors[0].labels, detectors[0].model_id

    @contextmanager
    def lent(self, *, first: bool = False) -> Iterator[Detector]:
        """One of them, once it is free; ``first`` comes before whoever is not."""
        detector = self._taken(first=first)
        try:
            yield detector
        finally:
            self._give_back(detector)

    def _taken(self, *, first: bool) -> Detector:
        with self._lock:
            if self._free:
                return self._free.pop()
            mine = _Waiting()
            (self._first if first else self._rest).append(mine)
        return mine.get()

    def _give_back(self, detector: Detector) -> None:
        with self._lock:
            waiting = self._first or self._rest
            if waiting:
                waiting.popleft().put(detector)
            else:
                self._free.append(detector)


class Closer:
    """Second looks with whichever detector is free; they take no account of what scores less than ``min_score``.

    ``first`` looks come before any other that has not begun; others wait for their turn.
    """

    def __init__(self, detectors: Detectors, *, min_score: float, first: bool = True) -> None:
        self._detectors = detectors
        self._min_score = min_score
        self._first = first
        self.labels, self.model_id = detectors.labels, detectors.model_id

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """The things in ``image``."""
        with self._detectors.lent(first=self._first) as detector:
            return tuple(detection for detection in detector.detect(image) if detection.score >= self._min_score)


def how_many(loaded: LoadedSite) -> int:
    """One a core, where the site does not say: a second thread in one detector gains less than a second detector."""
    return loaded.runtime.detectors or os.cpu_count() or 1
