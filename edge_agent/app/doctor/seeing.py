"""Can the agent see what it is asked to: the model's file, its labels, and how long one look takes?"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.app.detectors import opened_detector
from edge_agent.app.doctor.findings import Finding, ill, well
from edge_agent.config.labels import check_labels
from edge_agent.config.models import read_register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.loading import LoadedSite
    from edge_agent.ports import Clock

LOOKS: Final = 5
GREY: Final = 114


def model(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """The file as the register knows it, the labels as the zones want them, a look at a grey picture."""
    path = loaded.model
    detector = opened_detector(loaded)
    known = [entry for entry in read_register(path.parent).models if entry.file == path.name]
    if known and known[0].sha256 != detector.model_id:
        said = f"{path}: sha256 is {detector.model_id}, the register has {known[0].sha256}"
        yield ill("model", said, "fetch the file anew, or enter the new one: edge-agent models add")
        return
    blind = check_labels(loaded, detector.labels)
    if blind:
        yield ill("model", f"{blind[0].field}: found {blind[0].found}", f"use {blind[0].expected}")
        return
    picture = np.full((360, 640, 3), GREY, np.uint8)
    taken = []
    for _ in range(LOOKS + 1):
        began = clock.now()
        detector.detect(picture)
        taken.append((clock.now() - began).total_seconds() * 1000)
    look = round(median(taken[1:]), 1)  # the first one allocates
    registered = "as registered" if known else "in no register"
    said = f"{path} ({registered}), {len(detector.labels)} labels, {look:.1f} ms a look"
    yield well("model", said, look_ms=look)
