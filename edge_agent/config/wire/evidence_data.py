"""What the feed says of evidence that has arrived in the store, and what a note says of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.config.wire.plain import BOX_DIGITS

if TYPE_CHECKING:
    from edge_agent.core.events import Detection


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One file; ``url`` is where it is fetched, absent where the site names no address."""

    role: str
    media_type: str
    bytes: int
    sha256: str
    url: str | None = None
    width: int | None = None
    height: int | None = None
    redacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStored:
    """Files of one incident that can be fetched from now on."""

    incident: str
    at: datetime
    evidence: tuple[EvidenceFile, ...]


def noted(detection: Detection) -> dict[str, object]:
    """What the detector found in a picture, as far as a data set is made of it."""
    box = detection.box
    sides = [round(side, BOX_DIGITS) for side in (box.x0, box.y0, box.x1, box.y1)]
    return {"label": detection.label, "score": round(detection.score, 3), "box": sides}
