"""How patiently boxes become things that stand: the tracker's own settings, part of every policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """How detections become things that stand: one setting for a whole camera.

    ``min_score`` starts a spot, ``keep_score`` is enough to go on seeing one that is known. Two things
    look different from a cosine distance of ``appearance_far`` on, and the same up to ``appearance_near``; between the
    two nobody can tell (a white van and a light blue car are 0.2 apart, a half hidden car 0.4 from itself).
    """

    settle: timedelta = timedelta(seconds=5)
    max_gap: timedelta = timedelta(seconds=10)
    moved_for: timedelta = timedelta(seconds=2)
    appearance_near: float = 0.15
    appearance_far: float = 0.4
    min_score: float = 0.35
    keep_score: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long any rule of the camera may still be waiting for a thing."""

    missing: timedelta
    out_of_sight: timedelta
