"""A folder of simulated days: detection logs, truths, and the site under which they are folded.

Nothing in it came from a camera: ``replay --log``, ``score`` and ``tune`` work on it as on any other log.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.config.truth_file import SUFFIX, write_truth
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.score.truth import Truth
from edge_agent.ports import unwritten
from lab.simulation.day import simulated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.simulation.street_file import WrittenStreet

SITE: Final = "site.yaml"
LOG: Final = ".detections.jsonl.gz"
MADE: Final = "# Made by lab.simulate: no camera stands behind it.\n"
SIZE: Final = (1920, 1080)  # of pictures that never were; boxes are fractions of them


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """One simulated day on disk: its log, its truth, how much is in them."""

    log: Path
    truth: Path
    looks: int
    detections: int
    incidents: int


def write_site(written: WrittenStreet, folder: Path, *, model: Path) -> Path:
    """Write the site and zone file of a street into ``folder``; raises OutsideError where that cannot be done."""
    camera = written.street.camera
    zones = f"{camera}.zones.yaml"
    site = {
        "version": 1,
        "agent": "simulated",
        "adcode": "320402",
        "timezone": written.timezone.key,
        "model": os.path.relpath(model, folder),
        "cameras": {
            camera: {
                "source": "rtsp://127.0.0.1/simulated",
                "zones": zones,
                "looks_per_second": written.street.per_second,
            }
        },
    }
    _write(folder / zones, {"version": 1, "camera": camera, "zones": written.zones})
    _write(folder / SITE, site)
    return folder / SITE


def write_days(written: WrittenStreet, folder: Path, *, days: int, seed: int, digest: str) -> Iterator[WrittenDay]:
    """Simulate day after day into ``folder``, over what lies there; ``digest`` tells the street file from others.

    Raises:
        OutsideError: The disk is full or read-only.
    """
    street = written.street
    model = sha256(f"{digest} {seed}".encode()).hexdigest()
    for number in range(days):
        day = simulated(street, seed=seed, day=number)
        local = (street.start + timedelta(days=number)).astimezone(written.timezone)
        name = f"{street.camera}-{local:%Y-%m-%d}"
        log, truth = folder / f"{name}{LOG}", folder / f"{name}{SUFFIX}"
        log.unlink(missing_ok=True)
        header = LogHeader(camera=street.camera, size=SIZE, model=model, started=day.start)
        with LogWriter(log, header) as writer:
            for event in day.events():
                writer.append(event)
        write_truth(truth, Truth(clip=log.name, incidents=day.incidents))
        count = len(day.finds.labels)
        yield WrittenDay(log=log, truth=truth, looks=len(day.moments), detections=count, incidents=len(day.incidents))


def _write(path: Path, content: object) -> None:
    """JSON is YAML, and every value in it says what it is."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    try:
        write_whole(path, f"{MADE}{text}\n".encode())
    except OSError as error:
        raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error
