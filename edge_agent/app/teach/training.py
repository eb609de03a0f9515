"""Training: from a camera's examples to a candidate, which is used once a person has seen how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.adapters.detect.trunk import Trunk
from edge_agent.config.camera.taught_file import read_taught, taught_text
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.balanced import balanced
from edge_agent.core.teach.features import VIEWS, crop
from edge_agent.core.teach.taught import Taught, moments_of, refusal, shortfalls
from edge_agent.core.teach.teaching import taught_by
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from edge_agent.app.teach.examples import ExampleFolder
    from edge_agent.config.site.loading import LoadedSite

CANDIDATE: Final = "candidate.taught.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Where a classifier was put, and the line that the site file lacks, if any."""

    path: Path
    missing: str | None


def trained(loaded: LoadedSite, camera: str, examples: ExampleFolder, now: datetime) -> Taught:
    """Teach a classifier by all examples, and keep it as the candidate beside them.

    Raises:
        BadInputError: There are too few examples, or the site's model has no trunk to teach with.
    """
    marked = examples.all()
    known = tuple(each.example for each in marked)
    wrong = shortfalls(known)
    if wrong:
        raise BadInputError("; ".join(wrong))
    trunk = Trunk(loaded.model, threads=loaded.runtime.threads)
    views = [
        trunk.describe([crop(picture, each.within, view) for view in VIEWS])
        for each, picture in ((each, examples.picture(each)) for each in marked)
    ]
    marks = tuple(sorted({example.mark for example in known}))
    classes = np.array([marks.index(example.mark) for example in known], np.intp)
    moments = moments_of(known)
    classifier, named = taught_by(views, classes, moments, len(marks))
    taught = Taught(
        camera=camera,
        model=trunk.model_id,
        trained=now,
        marks=marks,
        classifier=classifier,
        examples=known,
        features=np.stack([each[0] for each in views]),
        accuracy=balanced([example.mark for example in known], [marks[n] for n in named.tolist()], moments),
    )
    _written(examples.folder / CANDIDATE, taught)
    return taught


def used(loaded: LoadedSite, camera: str, examples: ExampleFolder) -> Used:
    """Put the candidate beside the zones of the camera, where its accuracy reaches the bar.

    Raises:
        BadInputError: There is none, or it may not be used.
    """
    path = examples.folder / CANDIDATE
    if not path.exists():
        raise BadInputError(f"camera {camera}: nothing is taught yet, expected edge-agent teach train before")
    taught = read_taught(path, camera)
    why = refusal(taught.accuracy)
    if why is not None:
        raise BadInputError(why)
    settings = loaded.cameras[camera]
    target = settings.taught or settings.zones.with_name(f"{camera}.taught.json")
    _written(target, taught)
    site = loaded.files[0].parent
    named = target.relative_to(site).as_posix() if target.is_relative_to(site) else str(target)
    return Used(path=target, missing=None if settings.taught else f"cameras.{camera}.taught: {named}")


def _written(path: Path, taught: Taught) -> None:
    try:
        write_whole(path, taught_text(taught).encode())
    except OSError as error:
        raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error
