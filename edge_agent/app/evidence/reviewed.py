"""Reviewed: what people confirmed and rejected becomes a data set, from the evidence that the box still has of it.

The pictures are redacted as all that leaves the box is. Those of one incident are all in one part of the set, for they
show one thing on one street: the pictures that measure must not be those that were learnt from.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from edge_agent.adapters.evidence.data_set import TRAIN, VAL, DataSetFolder, LabelledPicture
from edge_agent.adapters.evidence.sealed_folder import IncidentFolder
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.outcomes import read_outcomes
from edge_agent.app.evidence.pictures import EVIDENCE, redaction_of
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box
from edge_agent.core.score.outcomes import Judged
from edge_agent.core.score.reviewed import STAGES, Label, labels_of, teaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.score.outcomes import IncidentOutcome

ONE_IN: Final = 5  # incidents are put aside to measure by
PICTURE: Final = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One picture of the evidence that goes into the set: its note, the incident, and the labels."""

    outcome: IncidentOutcome
    note: dict[str, Any]
    seen: tuple[Detection, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What went into a data set: incidents by what a person said, pictures by part, and what was left out, and why."""

    judged: Counter[Judged]
    pictures: Counter[str]
    negatives: int
    boxes: Counter[str]
    left_out: Counter[str]


def export_reviewed(loaded: LoadedSite, folder: Path) -> Written:
    """Write all that people judged and of which there is evidence as a data set.

    Raises:
        BadInputError: Nothing was judged of which there is a picture, or the folder is in use.
        OutsideError: The store or the disk does not answer.
    """
    left_out, taken = Counter[str](), list[Taken]()
    for outcome in read_outcomes(loaded.state / DATABASE, None):
        if outcome.judged not in {Judged.CONFIRMED, Judged.REJECTED}:
            continue
        if not teaches(outcome.judged, outcome.how):
            left_out["rejected for a reason that says nothing of the detector"] += 1
            continue
        pictures = tuple(_pictures(loaded, outcome))
        taken += pictures
        if not pictures:
            left_out["no picture with what was found in it"] += 1
    if not taken:
        raise BadInputError(
            f"state {loaded.state}: found no confirmed or rejected incident with a picture, expected one at least"
        )
    return _written(loaded, folder, taken, left_out)


def _written(loaded: LoadedSite, folder: Path, taken: list[Taken], left_out: Counter[str]) -> Written:
    classes = sorted({label.label for each in taken for label in each.labels})
    if not classes:
        raise BadInputError(
            f"state {loaded.state}: found {len(taken)} pictures and no label in them, expected one confirmed incident"
        )
    parts = _parts({each.outcome.incident for each in taken})
    data_set = DataSetFolder(folder)
    data_set.name(classes)
    pictures, boxes, negatives, incidents = Counter[str](), Counter[str](), 0, dict[str, Judged]()
    for each in taken:
        example = _example(loaded, each)
        if example is None:
            left_out["a picture that cannot be read"] += 1
            continue
        part = parts[each.outcome.incident]
        data_set.add(example, part)
        pictures[part] += 1
        boxes.update(label.label for label in each.labels)
        negatives += not each.labels
        incidents[each.outcome.incident] = Judged(str(each.outcome.judged))
    data_set.close()
    judged = Counter(incidents.values())
    return Written(judged=judged, pictures=pictures, negatives=negatives, boxes=boxes, left_out=left_out)


def _parts(incidents: Iterable[str]) -> dict[str, str]:
    """Which part each incident goes to: one in five is put aside, the same ones whenever it is asked."""
    ordered = sorted(incidents, key=lambda each: blake2b(each.encode(), digest_size=8).digest())
    aside = len(ordered) // ONE_IN
    return {incident: VAL if place < aside else TRAIN for place, incident in enumerate(ordered)}


def _pictures(loaded: LoadedSite, outcome: IncidentOutcome) -> Iterator[Taken]:
    """The pictures of an incident in which what was judged was found, each picture once."""
    kind = loaded.site.policy.kinds.get(outcome.kind)
    folder = IncidentFolder(loaded.state / EVIDENCE / outcome.incident)
    if kind is None or outcome.judged is None or not folder.path.is_dir():
        return
    had = set[str]()
    for name in folder.names():
        note = _note(folder, name) if name.endswith(".json") else None
        if note is None or note[PICTURE]["sha256"] in had:
            continue
        seen = tuple(map(_detection, note["seen"]))
        labels = labels_of(seen, Box(*note["box"]), kind.labels, outcome.judged)
        if labels is not None:
            had.add(note[PICTURE]["sha256"])
            yield Taken(outcome=outcome, note=note, seen=seen, labels=labels)


def _note(folder: IncidentFolder, name: str) -> dict[str, Any] | None:
    """The note of a stage at which the thing was in view; None for any other, and for one of an older version."""
    try:
        note: Any = json.loads(folder.read(name))
        stage = str(note["stage"]).partition("-")[0]
        whole = isinstance(note["seen"], list) and isinstance(note[PICTURE]["sha256"], str)
    except (ValueError, KeyError, TypeError):
        return None
    return note if whole and stage in STAGES else None


def _detection(raw: dict[str, Any]) -> Detection:
    return Detection(label=raw["label"], score=raw["score"], box=Box(*raw["box"]))


def _example(loaded: LoadedSite, taken: Taken) -> LabelledPicture | None:
    """The picture, redacted anew from the original; None where that is gone or damaged."""
    note, outcome = taken.note, taken.outcome
    path = loaded.state / EVIDENCE / outcome.incident / note[PICTURE]["file"]
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        return None
    place = Box(*note["box"])
    shown = redaction_of(loaded, outcome.camera).redacted(np.asarray(image, np.uint8), taken.seen, place).image
    about = {
        "incident": outcome.incident,
        "camera": outcome.camera,
        "zone": outcome.zone,
        "kind": outcome.kind,
        "at": str(note["at"]),
        "judged": str(outcome.judged),
        "reason": (outcome.how or "") if outcome.judged is Judged.REJECTED else "",
    }
    name = f"{outcome.incident}-{str(note[PICTURE]['file']).removesuffix('.jpg').removesuffix('-frame')}"
    return LabelledPicture(name=name, image=shown, labels=taken.labels, about=about)
