"""The site: everything people wrote down, as one immutable value.

Made from files by ``config``; replaced whole on reload. What the box *remembers* is the world (``world.py``);
the two never mix, which is why a threshold can be changed under a running ladder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from edge_agent.core.site.camera_rules import CameraRules, camera_rules
from edge_agent.core.site.hours_and_permits import Always, Hours
from edge_agent.core.site.plates import PlateRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.geometry import Polygon
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.site.camera_card import CameraCard
    from edge_agent.core.site.policy import Kind, Policy
    from edge_agent.core.site.quiet_hours import ExamDays
    from edge_agent.core.site.zones import Zone
    from edge_agent.core.teach.taught import Taught
    from edge_agent.core.track.metric_overlap import MetricOverlap


@dataclass(frozen=True, kw_only=True)  # without slots, so that it can keep what follows from it
class Site:
    """What one box must know to judge what it sees.

    ``adcode`` is the six-digit district code; ``working`` the hours of those who handle work orders; ``exams`` the days
    on which the whole site is quiet. ``calibrations`` are those of the cameras that have one, ``ignored`` the parts of
    a camera's picture in which nothing is looked for: text that is burnt in, furniture that a model misreads.
    ``longest`` is for how long a silence or a permit that the centre gives by command may stand. ``cameras`` are all
    of them, in the order of the file; ``thumbnails`` says whether messages carry small pictures, ``plates`` what
    becomes of number plates. ``taught`` are the classifiers of the cameras that were taught something.
    """

    agent: str
    adcode: str
    zones: tuple[Zone, ...]
    policy: Policy
    working: Hours = field(default_factory=Always)
    exams: tuple[ExamDays, ...] = ()
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    ignored: Mapping[str, tuple[Polygon, ...]] = field(default_factory=dict)
    longest: timedelta = timedelta(days=7)
    cameras: Mapping[str, CameraCard] = field(default_factory=dict)
    thumbnails: bool = True
    plates: PlateRules = field(default_factory=PlateRules)
    taught: Mapping[str, Taught] = field(default_factory=dict)

    def zones_of(self, camera: str) -> tuple[Zone, ...]:
        """The zones drawn on one camera's picture."""
        return self.watch(camera).zones

    def kinds_of(self, camera: str) -> tuple[Kind, ...]:
        """The kinds that some zone of the camera asks for, in the policy's order."""
        kinds = {name for zone in self.zones_of(camera) for name in zone.rules}
        return tuple(kind for kind in self.policy.kinds.values() if kind.name in kinds)

    def watch(self, camera: str) -> CameraRules:
        """All that is looked for on one camera; nothing where no zone is drawn."""
        return self._watches.get(camera) or camera_rules((), self.policy)

    @cached_property
    def _watches(self) -> dict[str, CameraRules]:
        cameras = dict.fromkeys(zone.camera for zone in self.zones)
        return {
            camera: camera_rules(
                tuple(zone for zone in self.zones if zone.camera == camera), self.policy, self._metric_overlap(camera)
            )
            for camera in cameras
        }

    def _metric_overlap(self, camera: str) -> MetricOverlap | None:
        calibration = self.calibrations.get(camera)
        if calibration is None:
            return None
        from edge_agent.core.track.metric_overlap import MetricOverlap  # noqa: PLC0415 - numpy, and most cameras have none

        return MetricOverlap(calibration)
