"""The site: everything people wrote down, as one immutable value.

Made from files by ``config``; replaced whole on reload. What the box *remembers* is the world (``world.py``);
the two never mix, which is why a threshold can be changed under a running ladder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.policy import Kind, Policy
    from edge_agent.core.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What one box must know to judge what it sees. ``adcode`` is the six-digit district code."""

    agent: str
    adcode: str
    zones: tuple[Zone, ...]
    policy: Policy

    def zones_of(self, camera: str) -> tuple[Zone, ...]:
        """The zones drawn on one camera's picture."""
        return tuple(zone for zone in self.zones if zone.camera == camera)

    def kinds_of(self, camera: str) -> tuple[Kind, ...]:
        """The kinds that some zone of the camera asks for, in the policy's order."""
        asked = {name for zone in self.zones_of(camera) for name in zone.rules}
        return tuple(kind for kind in self.policy.kinds.values() if kind.name in asked)

    def standing_labels(self, camera: str) -> frozenset[str]:
        """The labels of things that matter when they stand still: those of the kinds, and closed bins."""
        return frozenset(label for kind in self.kinds_of(camera) for label in kind.labels | kind.containers)

    def forget_after(self, camera: str) -> timedelta:
        """How long a thing may be seen missing before no rule of the camera waits for it any longer."""
        graces = [rule.leave_grace for zone in self.zones_of(camera) for rule in zone.rules.values()]
        return max(graces, default=timedelta(seconds=45))

    def resume_window(self, camera: str) -> timedelta:
        """How long a thing may stay out of sight before no rule of the camera waits for it any longer."""
        windows = [rule.resume_window for zone in self.zones_of(camera) for rule in zone.rules.values()]
        return max(windows, default=timedelta(minutes=30))
