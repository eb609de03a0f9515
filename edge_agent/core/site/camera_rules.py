"""The watch: what is looked for on one camera, and how patiently.

It follows from the site and is asked for at every look, so a site works it out once for each of its cameras.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.site.steps import steps_of
from edge_agent.core.track.settings import Patience

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Kind, Policy, Rule
    from edge_agent.core.site.strikes import Step
    from edge_agent.core.site.zones import Zone
    from edge_agent.core.track.metric_overlap import MetricOverlap

LEAVE_GRACE: Final = timedelta(seconds=45)  # where no rule says otherwise
RESUME_WINDOW: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRule:
    """One kind that is forbidden in one zone, under the rule that holds for it there.

    ``steps`` are those by which its strikes go; none where it counts none.
    """

    zone: Zone
    kind: Kind
    rule: Rule
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRules:
    """All that is looked for on one camera.

    ``standing`` are the labels of things that matter when they stand still: those of the kinds, and closed bins.
    ``metric_overlap`` is the ground under a calibrated camera.
    """

    zones: tuple[Zone, ...]
    zone_rules: tuple[ZoneRule, ...]
    standing: frozenset[str]
    patience: Patience
    metric_overlap: MetricOverlap | None = None

    def zone_rule(self, zone: str, kind: str) -> ZoneRule | None:
        """What is to be done about ``kind`` in ``zone``, or None where the site no longer asks for it."""
        return next((each for each in self.zone_rules if each.zone.id == zone and each.kind.name == kind), None)


def camera_rules(zones: tuple[Zone, ...], policy: Policy, metric_overlap: MetricOverlap | None = None) -> CameraRules:
    """What the ``zones`` of one camera ask for; as patient as the most patient rule among them."""
    zone_rules = tuple(
        ZoneRule(zone=zone, kind=policy.kinds[kind], rule=rule, steps=steps_of(rule, policy.steps))
        for zone in zones
        for kind, rule in zone.rules.items()
    )
    return CameraRules(
        zones=zones,
        zone_rules=zone_rules,
        standing=frozenset(
            label for zone_rule in zone_rules for label in zone_rule.kind.labels | zone_rule.kind.containers
        ),
        patience=Patience(
            missing=max((zone_rule.rule.leave_grace for zone_rule in zone_rules), default=LEAVE_GRACE),
            out_of_sight=max((zone_rule.rule.resume_window for zone_rule in zone_rules), default=RESUME_WINDOW),
        ),
        metric_overlap=metric_overlap,
    )
