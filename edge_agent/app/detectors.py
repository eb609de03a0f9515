"""Detectors: the site's model on the runtime it asks for."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.adapters.allocator import give_back, keep_freed
from edge_agent.adapters.onnx import OnnxDetector
from edge_agent.adapters.openvino import openvino_engine
from edge_agent.config.labels import check_labels
from edge_agent.config.problems import BadConfigError

if TYPE_CHECKING:
    from edge_agent.adapters.onnx import Engine
    from edge_agent.config.loading import LoadedSite
    from edge_agent.core.events import Detection
    from edge_agent.ports import Image


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


class OneAtATime:
    """A detector that several threads may ask: second looks are rare, and one for each camera would be large."""

    def __init__(self, detector: OnnxDetector) -> None:
        self._detector = detector
        self._lock = Lock()
        self.labels = detector.labels
        self.model_id = detector.model_id

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """The things in ``image``, when its turn has come."""
        with self._lock:
            return self._detector.detect(image)
