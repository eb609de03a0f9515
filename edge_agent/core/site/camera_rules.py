"""The watch: what is looked for on one camera, and how patiently.

It follows from the site and is asked for at every look, so a site works it out once for each of its cameras.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import polygon_area
from edge_agent.core.site.policy import Severity
from edge_agent.core.site.steps import steps_of
from edge_agent.core.track.settings import Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.site.policy import Kind, Policy, Rule
    from edge_agent.core.site.strikes import Step
    from edge_agent.core.site.zones import Zone
    from edge_agent.core.track.metric_overlap import MetricOverlap

LEAVE_GRACE: Final = timedelta(seconds=45)  # where no rule says otherwise
RESUME_WINDOW: Final = timedelta(minutes=30)
STRICTEST: Final = (Severity.HIGH, Severity.MIDDLE, Severity.LOW)


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
    """All that is looked for on one camera, the stricter rule first.

    ``standing`` are the labels of things that matter when they stand still: those of the kinds, closed bins, and by
    what other name a look may call a thing of a kind that needs a share of its looks.
    ``metric_overlap`` is the ground under a calibrated camera, ``zones_by_kind`` the zones that ask for each kind.
    """

    zones: tuple[Zone, ...]
    zone_rules: tuple[ZoneRule, ...]
    standing: frozenset[str]
    patience: Patience
    metric_overlap: MetricOverlap | None = None
    zones_by_kind: Mapping[str, tuple[Zone, ...]] = field(default_factory=dict)

    def zone_rule(self, zone: str, kind: str) -> ZoneRule | None:
        """What is to be done about ``kind`` in ``zone``, or None where the site no longer asks for it."""
        return next((each for each in self.zone_rules if each.zone.id == zone and each.kind.name == kind), None)


def camera_rules(zones: tuple[Zone, ...], policy: Policy, metric_overlap: MetricOverlap | None = None) -> CameraRules:
    """What the ``zones`` of one camera ask for; as patient as the most patient rule among them."""
    zone_rules = tuple(
        sorted(
            (
                ZoneRule(zone=zone, kind=policy.kinds[kind], rule=rule, steps=steps_of(rule, policy.steps))
                for zone in zones
                for kind, rule in zone.rules.items()
            ),
            key=lambda each: (each.rule.dwell, STRICTEST.index(each.kind.severity), polygon_area(each.zone.polygon)),
        )
    )
    return CameraRules(
        zones=zones,
        zone_rules=zone_rules,
        standing=frozenset(label for zone_rule in zone_rules for label in _watched(zone_rule.kind, policy)),
        patience=Patience(
            missing=max((zone_rule.rule.leave_grace for zone_rule in zone_rules), default=LEAVE_GRACE),
            out_of_sight=max((zone_rule.rule.out_of_sight for zone_rule in zone_rules), default=RESUME_WINDOW),
        ),
        metric_overlap=metric_overlap,
        zones_by_kind={
            kind: tuple(zone for zone in zones if kind in zone.rules) for zone in zones for kind in zone.rules
        },
    )


def _watched(kind: Kind, policy: Policy) -> frozenset[str]:
    """The labels of what is followed for a kind."""
    named = kind.labels | kind.containers
    if not kind.label_share:
        return named
    homes = {policy.family(label) for label in kind.labels}
    return named | {label for label, family in policy.families.items() if family in homes}
