"""A taught file: the classifier of one camera, beside its zones; written by ``teach``, read with the site.

JSON, so that a person can see by what it was taught and how well it does; the numbers are little-endian 32-bit floats
(16-bit for the examples' features) in base64::

    {"version": 1, "camera": …, "model": <sha256>, "trained": …, "marks": […], "accuracy": {…},
     "mean": …, "scale": …, "weights": …, "bias": …, "features": …, "examples": [{"id", "mark", "at"}, …]}
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.errors import BadInputError
from edge_agent.core.teach.logistic import Classifier, FeatureScale
from edge_agent.core.teach.taught import Accuracy, Example, Mark, Taught

VERSION: Final = 1
_FLOAT: Final = "<f4"
_HALF: Final = "<f2"


def taught_text(taught: Taught) -> str:
    """What a file of it says."""
    accuracy, classifier = taught.accuracy, taught.classifier
    data = {
        "version": VERSION,
        "camera": taught.camera,
        "model": taught.model,
        "trained": taught.trained.isoformat(),
        "marks": list(taught.marks),
        "accuracy": {
            "balanced": round(accuracy.balanced, 4),
            "low": round(accuracy.low, 4),
            "high": round(accuracy.high, 4),
            "moments": accuracy.moments,
            "right": {mark: list(pair) for mark, pair in accuracy.right.items()},
        },
        "examples": [{"id": each.id, "mark": each.mark, "at": each.at.isoformat()} for each in taught.examples],
        "mean": _packed(classifier.spread.mean, _FLOAT),
        "scale": _packed(classifier.spread.scale, _FLOAT),
        "bias": _packed(classifier.bias, _FLOAT),
        "weights": _packed(classifier.weights, _FLOAT),
        "features": _packed(taught.features, _HALF),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def read_taught(path: Path, camera: str) -> Taught:
    """What ``camera`` was taught; raises BadInputError, in one sentence, for a file that does not say it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}, expected a file that teach wrote") from error
    taught = taught_of(content, str(path))
    if taught.camera != camera:
        raise BadInputError(
            f"{path}: was taught on camera '{taught.camera}', expected '{camera}', which names the file"
        )
    return taught


def taught_of(content: bytes, name: str) -> Taught:
    """What a file says; raises BadInputError for one that is damaged or of another version."""
    try:
        data = json.loads(content)
        version = data.get("version") if isinstance(data, dict) else None
        if version != VERSION:
            raise BadInputError(f"{name}: version {version!r}, expected {VERSION}: teach the camera anew")
        return _taught(data, sha256(content).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInputError(f"{name}: damaged ({error}), expected a file that teach wrote") from error


def _taught(data: dict[str, Any], digest: str) -> Taught:
    marks = tuple(map(Mark, data["marks"]))
    examples = tuple(
        Example(id=str(each["id"]), mark=Mark(each["mark"]), at=instant_of(each["at"])) for each in data["examples"]
    )
    mean, scale, bias = (_unpacked(data[name], _FLOAT, 1) for name in ("mean", "scale", "bias"))
    weights = _unpacked(data["weights"], _FLOAT, mean.size)
    features = _unpacked(data["features"], _HALF, len(examples))
    sizes = (scale.shape, bias.shape, weights.shape, features.shape)
    if sizes != (mean.shape, (1, len(marks)), (mean.size, len(marks)), (len(examples), mean.size)):
        raise ValueError(f"numbers of {sizes} for {len(marks)} marks and {len(examples)} examples")
    accuracy = data["accuracy"]
    return Taught(
        camera=str(data["camera"]),
        model=str(data["model"]),
        trained=instant_of(data["trained"]),
        marks=marks,
        classifier=Classifier(spread=FeatureScale(mean=mean[0], scale=scale[0]), weights=weights, bias=bias),
        examples=examples,
        features=features.astype(np.float32),
        accuracy=Accuracy(
            balanced=float(accuracy["balanced"]),
            low=float(accuracy["low"]),
            high=float(accuracy["high"]),
            moments=int(accuracy["moments"]),
            right={Mark(mark): (int(right), int(of)) for mark, (right, of) in accuracy["right"].items()},
        ),
        sha256=digest,
    )


def instant_of(text: object) -> datetime:
    """A written instant, in UTC; raises ValueError for what is none."""
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return at.astimezone(UTC)


def _packed(numbers: NDArray[Any], kind: str) -> str:
    return b64encode(np.ascontiguousarray(numbers, kind).tobytes()).decode()


def _unpacked(text: object, kind: str, rows: int) -> NDArray[np.float64]:
    numbers = np.frombuffer(b64decode(str(text), validate=True), kind)
    if not len(numbers) or not rows or len(numbers) % rows or not bool(np.isfinite(numbers).all()):
        raise ValueError(f"{len(numbers)} numbers for {rows} rows")
    return numbers.astype(np.float64).reshape(rows, -1)
